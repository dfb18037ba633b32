"""What is another's is not there: for the stranger it is as if it had never been."""

import pytest

from shop.services.accounts.sessions import Handle
from tests import factories
from tests.api.shopping import check_out, put
from tests.attacks.programs import Program, key_of, logged_in
from tests.visitor import Visitor


@pytest.fixture
def anna(backstage):
    return backstage.user(email="anna@example.org", first_name="Anna")


@pytest.fixture
def stranger(app, backstage):
    return Visitor(app, backstage.user())


@pytest.fixture
def program(app, backstage):
    """Of a stranger."""
    return Program(app, logged_in(backstage, backstage.user()).access_token)


def alike(answers) -> bool:
    """Whether nobody can tell one answer from the others."""
    seen = [
        {name: value for name, value in answer.get_json().items() if name != "instance"}
        for answer in answers
    ]
    return all(each == seen[0] for each in seen) and {a.status_code for a in answers} == {404}


def test_an_order_of_another_is_told_like_one_that_never_was(program, backstage, anna):
    order = backstage.order(user=anna)
    for method, rest, body in (
        ("GET", "", None),
        ("GET", "/lines", None),
        ("GET", "?include=payments,events", None),
        ("POST", "/pay", None),
        ("PATCH", "", {"comment": "Leave it at the door"}),
        ("POST", "/cancel", {"reason": "No more money"}),
    ):
        answers = [
            program.call(method, f"/api/v1/orders/{number}{rest}", body, If_Match="*")
            for number in (order.number, order.number.lower(), "ABCD-2345")
        ]
        assert alike(answers), (method, rest)
    assert backstage.state(order) == "pending_payment"


def test_lists_of_orders_have_ones_own(program, backstage, anna):
    order = backstage.order(user=anna)
    found = program.get(f"/api/v1/orders?number__eq={order.number}")
    assert found.get_json()["items"] == []
    for path in ("/api/v1/orders?scope=all", f"/api/v1/orders?user_id__eq={anna.id}"):
        answer = program.get(path)
        assert answer.status_code in (403, 422) or answer.get_json()["items"] == []
    assert alike([program.get(f"/api/v1/users/{number}/orders") for number in (anna.id, 999_999)])


def test_accounts_of_others_are_not_there(program, anna):
    for method, body in (("GET", None), ("PATCH", {"first_name": "Mine"})):
        answers = [
            program.call(method, f"/api/v1/users/{number}", body, If_Match="*")
            for number in (anna.id, 999_999)
        ]
        assert alike(answers)
    assert program.call("DELETE", f"/api/v1/users/{anna.id}", If_Match="*").status_code == 403


def test_addresses_of_others_are_not_there(stranger, backstage, anna):
    address = backstage.save(factories.address(anna, is_default=True))
    path = f"/account/addresses/{address.id}"
    assert stranger.get(path).status_code == 404
    form = factories.PLACE | {"version": "1", "city": "Elsewhere"}
    for rest in ("", "/default", "/delete"):
        assert stranger.post(f"{path}{rest}", form).status_code == 404
    page = stranger.get(f"/checkout?address={address.id}")
    assert address.street not in page.text
    with backstage.services() as services:
        assert services.addresses.one_of(anna, address.id).city == factories.PLACE["city"]


def test_keys_of_others_are_not_there(program, stranger, backstage, app, anna):
    secret = key_of(backstage, anna, "read")
    with backstage.services() as services:
        [key] = services.api_keys.list(anna)
    answers = [
        program.call("DELETE", f"/api/v1/auth/keys/{number}") for number in (key.id, 999_999)
    ]
    assert alike(answers)
    assert stranger.post(f"/account/keys/{key.id}/revoke").status_code == 404
    assert program.get("/api/v1/auth/keys").get_json()["items"] == []
    assert Program(app, secret).status() == 200


def test_sessions_and_programs_of_others_are_not_ended(app, stranger, backstage, anna):
    browser = Visitor(app, anna)
    pair = logged_in(backstage, anna)
    with backstage.services() as services:
        [session] = services.sessions.list(anna)
        [family] = services.tokens.list(anna)
    for path in (f"sessions/{session.digest}/end", f"programs/{family.id}/end"):
        assert stranger.post(f"/account/security/{path}").status_code == 404
    assert browser.get("/account").status_code == 200
    assert Program(app, pair.access_token).status() == 200
    shown = stranger.get("/account/security").text
    assert session.digest not in shown
    assert family.id not in shown


def test_what_is_taken_along_is_ones_own(stranger, backstage, anna):
    backstage.order(user=anna, email="anna@example.org")
    backstage.save(factories.address(anna))
    key_of(backstage, anna, "read")
    data = stranger.get("/account/data/export").get_json()
    assert (data["orders"], data["addresses"], data["api_keys"]) == ([], [], [])


def in_cart(program) -> list[int]:
    return [line["book"]["id"] for line in program.get("/api/v1/cart").get_json()["items"]]


def test_a_cart_is_reached_by_its_token_alone(app, visitor, backstage):
    book = backstage.book()
    token = put(visitor, book).headers["X-Cart-Token"]
    with backstage.services() as services:
        numbers = [services.cart.id_of_user(number) for number in range(1, 4)]
    for wrong in (token[:-1], token + "x", token.swapcase(), book.isbn, "1", *numbers):
        answer = Program(app).call("GET", "/api/v1/cart", X_Cart_Token=wrong)
        assert answer.status_code == 422, wrong
    guest = Program(app)
    assert in_cart(guest) == []
    guest.headers["X-Cart-Token"] = token
    assert in_cart(guest) == [book.id]


def test_a_guests_cart_names_no_cart_of_an_account(app, backstage, anna):
    owner = Program(app, logged_in(backstage, anna).access_token)
    book = backstage.book()
    wanted = {"book_id": book.id, "quantity": 1}
    answer = owner.call("POST", "/api/v1/cart/items", wanted)
    assert "X-Cart-Token" not in answer.headers
    assert answer.get_json().get("token") is None
    assert in_cart(owner) == [book.id]


def test_a_guests_order_is_open_to_its_token_alone(app, visitor, backstage):
    backstage.shipping()
    put(visitor, backstage.book())
    placed = check_out(visitor).get_json()
    path, token = f"/api/v1/orders/{placed['order']['number']}", placed["token"]
    other = backstage.order()
    stranger = Program(app)
    assert stranger.status(path) == 404
    assert stranger.call("GET", path, X_Order_Token=token).status_code == 200
    for wrong in ("", token[:-1], token + "x", "null"):
        assert stranger.call("GET", path, X_Order_Token=wrong).status_code == 404
    answer = stranger.call("GET", f"/api/v1/orders/{other.number}", X_Order_Token=token)
    assert answer.status_code == 404


def test_an_answer_that_is_kept_for_one_is_not_given_to_another(app, backstage, anna):
    """Idempotency-Key: whoever finds out another's key does not get their answer."""
    key, book = "a key that was found out", backstage.book()
    wanted = {"book_id": book.id, "quantity": 2}
    owner = Program(app, logged_in(backstage, anna).access_token)
    other = Program(app, logged_in(backstage, backstage.user()).access_token)
    for each in (owner, other):
        answer = each.call("POST", "/api/v1/cart/items", wanted, Idempotency_Key=key)
        assert answer.status_code == 201
        assert "Idempotency-Replayed" not in answer.headers
    assert in_cart(other) == [book.id]


def test_a_digest_of_a_session_is_no_cookie(app, backstage, anna):
    browser = Visitor(app, anna)
    with backstage.services() as services:
        [session] = services.sessions.list(anna)
    with browser.client.session_transaction() as kept:
        handle = Handle.parse(kept["_user_id"])
        kept["_user_id"] = f"{anna.id}.{handle.epoch}.{session.digest}"
    assert browser.get("/account").status_code == 303
