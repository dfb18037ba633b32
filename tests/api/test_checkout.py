"""POST /api/v1/checkout: an order and the page to pay at, once, whatever happens meanwhile."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from dev.yookassa_sandbox.testing import control, pay
from tests.api.shopping import ADDRESS, LINE, ORDER, PERSON, check_out, forget_answers, put, roubles
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("sandbox")
KEY = "3f1c9a52-0f4e-4c4e-9f55-6f1f8bd3e7a1"


@pytest.fixture
def book(backstage):
    backstage.shipping()
    return backstage.book(stock=5, list_price="250.00", title="Emma")


@pytest.fixture
def guest(visitor, book):
    """A guest with two copies in the cart, of 250 roubles each."""
    put(visitor, book, 2)
    return visitor


@pytest.fixture
def reader(app, backstage, book):
    """The same with an account."""
    reader = Visitor(app, backstage.user())
    put(reader, book, 2)
    return reader


def test_the_ways_of_shipping_are_told(visitor, book):
    found = visitor.get("/api/v1/shipping-methods").get_json()
    assert [method["code"] for method in found["items"]] == ["courier", "post", "pickup"]
    assert found["items"][0] == {
        "code": "courier",
        "name": "Courier to the door",
        "name_ru": "Курьер до двери",
        "description": "All of Russia, two to seven days",
        "description_ru": "По всей России, 2–7 дней",
        "price": roubles("390.00"),
        "free_from": roubles("4000.00"),
        "needs_address": True,
    }
    assert (found["total"], found["page"], found["pages"]) == (3, 1, 1)


def test_a_guest_orders_pays_and_sees_the_order_with_its_token(app, guest, book, backstage):
    answer = check_out(guest, comment="Ring twice")
    assert answer.status_code == 201
    found = answer.get_json()
    assert set(found) == {"order", "payment", "pay_url", "token"}
    order, number = found["order"], found["order"]["number"]
    assert set(order) == ORDER
    assert answer.location == f"http://localhost/api/v1/orders/{number}"
    assert [set(line) for line in order["lines"]] == [LINE]
    assert (order["state"], order["comment"]) == ("pending_payment", "Ring twice")
    assert (order["lines"][0]["book_id"], order["lines"][0]["quantity"]) == (book.id, 2)
    assert order["total"] == roubles("500.00")
    assert found["payment"]["amount"] == roubles("500.00")
    assert found["payment"] == order["payment"]
    pay(found["payment"]["confirmation_url"])
    with backstage.services() as services:
        services.payments.look(number)
    token = found["token"]
    for asked in ({"headers": {"X-Order-Token": token}}, {"query_string": {"token": token}}):
        seen = Visitor(app).get(f"/api/v1/orders/{number}", **asked)
        assert (seen.status_code, seen.get_json()["state"]) == (200, "paid")


def test_the_cart_is_empty_and_the_copies_are_promised(guest, backstage, book):
    check_out(guest)
    assert guest.get("/api/v1/cart").get_json()["items"] == []
    assert backstage.promised(book) == 2


def test_a_guest_without_cookies_orders_with_the_token_of_the_cart(app, book):
    token = put(Visitor(app), book).get_json()["token"]
    nobody = Visitor(app)
    assert check_out(nobody).status_code == 409
    answer = check_out(nobody, {"X-Cart-Token": token})
    assert answer.status_code == 201
    assert answer.headers["X-Order-Token"] == answer.get_json()["token"]


def test_an_account_orders_for_itself_and_needs_no_token(reader, backstage):
    answer = check_out(reader)
    found = answer.get_json()
    assert found["token"] is None
    assert "X-Order-Token" not in answer.headers
    (order,) = backstage.orders()
    assert order.user_id is not None
    assert reader.get(f"/api/v1/orders/{order.number}").status_code == 200


def test_an_order_that_is_sent_has_an_address_and_its_cost(guest, backstage):
    assert check_out(guest, shipping_method="courier", **ADDRESS, locale="ru").status_code == 201
    (order,) = backstage.orders()
    assert (order.city, order.locale, order.shipping_name) == ("Tula", "ru", "Курьер до двери")
    assert (order.items_total, order.shipping_total, order.total) == (500, 390, 890)


def refused(answer, backstage, status=422) -> list[str]:
    """The fields at fault; nothing was ordered."""
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert backstage.orders() == []
    return [error["field"] for error in answer.get_json()["errors"]]


@pytest.mark.parametrize("field", PERSON)
def test_what_is_needed_is_asked_for(guest, backstage, field):
    assert refused(check_out(guest, **{field: None}), backstage) == [field]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("consent", False),
        ("consent", "true"),
        ("email", "anna"),
        ("email", f"{'a' * 300}@example.org"),
        ("email", "a\x00@example.org"),
        ("phone", "call me"),
        ("phone", "1" * 31),
        ("full_name", "A"),
        ("full_name", "x" * 201),
        ("full_name", "Anna\x00K."),
        ("full_name", 7),
        ("shipping_method", "balloon"),
        ("shipping_method", "\x00"),
        ("city", "x" * 121),
        ("street", "x" * 301),
        ("postal_code", "12345"),
        ("comment", "x" * 1001),
        ("comment", "\x00"),
        ("locale", "de"),
        ("checkout_key", "short"),
        ("checkout_key", "x" * 65),
        ("user_id", 1),
        ("total", 1),
    ],
)
def test_what_cannot_be_used_is_told_by_its_field(guest, backstage, field, value):
    assert refused(check_out(guest, **{field: value}), backstage) == [field]


@pytest.mark.parametrize("amount", ["NaN", "-1", "1e9", "1" * 9, "1.234", "", 500, None])
def test_a_total_is_a_sum_of_money(guest, backstage, amount):
    answer = check_out(guest, expected_total={"amount": amount, "currency": "RUB"})
    assert refused(answer, backstage) == ["expected_total.amount"]


def test_a_parcel_needs_an_address(guest, backstage):
    answer = check_out(guest, shipping_method="post", city="Tula")
    assert set(refused(answer, backstage)) == {"street", "postal_code"}


def test_an_empty_cart_is_not_ordered(visitor, backstage, book):
    assert refused(check_out(visitor), backstage, 409) == []


def test_another_total_than_was_seen_is_not_charged(guest, backstage, book):
    seen = guest.get("/api/v1/cart").get_json()["total"]
    backstage.reprice(book, "300.00")
    answer = check_out(guest, expected_total=seen)
    assert refused(answer, backstage, 409) == []
    problem = answer.get_json()
    assert (problem["code"], problem["total"]) == ("price_changed", roubles("600.00"))
    assert check_out(guest, expected_total=problem["total"]).status_code == 201


def test_copies_that_somebody_else_bought_are_named(guest, backstage, book):
    backstage.stock(book, 1)
    answer = check_out(guest)
    assert refused(answer, backstage, 409) == []
    assert (answer.get_json()["code"], answer.get_json()["book_ids"]) == (
        "out_of_stock",
        [book.id],
    )
    assert backstage.promised(book) == 0


def test_without_the_payment_service_the_order_stands_and_is_paid_later(guest, backstage, sandbox):
    control(sandbox, fail_before=2)
    found = check_out(guest).get_json()
    assert (found["payment"], found["order"]["state"]) == (None, "pending_payment")
    headers = {"X-Order-Token": found["token"]}
    path = found["pay_url"].removeprefix("http://localhost")
    answer = guest.call("POST", path, headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (503, "payment_unavailable")
    assert answer.headers["Retry-After"]
    control(sandbox, reset=True)
    again = guest.call("POST", path, headers=headers).get_json()
    assert again["payment"]["confirmation_url"]


@pytest.mark.parametrize(
    ("headers", "fields"),
    [({"Idempotency-Key": KEY}, {}), ({}, {"checkout_key": KEY})],
    ids=["header", "field"],
)
def test_an_order_that_is_sent_again_is_one_order(guest, backstage, book, headers, fields):
    first = check_out(guest, headers, **fields)
    again = check_out(guest, headers, **fields)
    assert first.status_code == again.status_code == 201
    assert first.get_json()["payment"] == again.get_json()["payment"]
    assert len(backstage.orders()) == 1
    assert backstage.promised(book) == 2


@pytest.mark.parametrize(
    ("headers", "fields"),
    [({"Idempotency-Key": KEY}, {}), ({}, {"checkout_key": KEY})],
    ids=["header", "field"],
)
def test_an_order_that_is_sent_by_many_at_once_is_one_order(
    app, guest, backstage, book, headers, fields
):
    cart = {"X-Cart-Token": guest.get("/api/v1/cart").get_json()["token"]}

    def send(_: int):
        return check_out(Visitor(app), headers | cart, **fields)

    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(send, range(8)))
    told = {(answer.status_code, answer.get_json().get("code")) for answer in answers}
    # Who comes with the header while the first is under way is told to wait.
    assert (201, None) in told
    assert told <= {(201, None), (409, "still_running")}
    assert fields == {} or len(told) == 1
    assert len(backstage.orders()) == 1
    assert backstage.promised(book) == 2


def test_after_a_restart_the_key_still_leads_to_the_order(guest, backstage, stores):
    """What Redis kept of the answer is gone; the order knows its key by itself."""
    cart = {"X-Cart-Token": guest.get("/api/v1/cart").get_json()["token"]}
    first = check_out(guest, {"Idempotency-Key": KEY, **cart}).get_json()
    forget_answers(stores[1])
    again = check_out(guest, {"Idempotency-Key": KEY, **cart})
    assert "Idempotency-Replayed" not in again.headers
    assert again.get_json()["order"]["number"] == first["order"]["number"]
    assert len(backstage.orders()) == 1


def test_without_a_key_the_second_order_finds_an_empty_cart(guest, backstage):
    assert check_out(guest).status_code == 201
    assert check_out(guest).status_code == 409
    assert len(backstage.orders()) == 1


@pytest.mark.parametrize("key", [{"checkout_key": "a" * 16}, {}])
def test_the_same_key_of_somebody_else_is_another_order(app, guest, reader, book, backstage, key):
    """Who chooses a key as others do must not be shown the order of another."""
    headers = {} if key else {"Idempotency-Key": "a" * 16}
    other = Visitor(app)
    put(other, book)
    numbers = {
        check_out(shopper, headers, **key).get_json()["order"]["number"]
        for shopper in (guest, reader, other)
    }
    assert len(numbers) == 3


def test_an_order_sent_again_after_it_was_paid_tells_so(guest, backstage):
    first = check_out(guest, checkout_key=KEY).get_json()
    pay(first["payment"]["confirmation_url"])
    again = check_out(guest, checkout_key=KEY).get_json()
    assert (again["order"]["state"], again["payment"]["status"]) == ("paid", "captured")
    assert again["payment"]["confirmation_url"] is None


def test_another_site_orders_nothing(guest, reader, backstage):
    for shopper in (guest, reader):
        answer = check_out(shopper, {"Origin": "https://evil.example"})
        assert refused(answer, backstage, 403) == []
