"""Orders of the API, to change: who may, in which state, and that nobody overwrites unseen."""

import pytest

from shop.models import RoleCode
from tests.api.shopping import ADDRESS, ORDER, PERSON, forget_answers, roubles
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("sandbox")
ORDERS = "/api/v1/orders"
KEY = {"Idempotency-Key": "3f1c9a52-0f4e-4c4e-9f55-6f1f8bd3e7a1"}
EDIT = CANCEL = FULFIL = {"order_manager", "admin"}
SEE = EDIT | {"accountant"}


def path(order, rest=""):
    return f"{ORDERS}/{order.number}{rest}"


@pytest.fixture
def anna(backstage):
    return backstage.user()


@pytest.fixture
def reader(app, anna):
    return Visitor(app, anna)


@pytest.fixture
def clerk(app, backstage):
    return Visitor(app, backstage.user(RoleCode.ORDER_MANAGER, first_name="Boris"))


@pytest.fixture
def order(backstage, anna):
    return backstage.order(user=anna)


def change(visitor, order, body, rest="", method="PATCH", **headers):
    """With the ETag of the order as it is now."""
    if "If-Match" not in headers:
        headers["If-Match"] = visitor.get(path(order), headers=headers).headers.get("ETag", "*")
    return visitor.call(method, path(order, rest), body, headers=headers)


def problem(answer, status):
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    return answer.get_json()["code"]


# -- correcting ----------------------------------------------------------------------------


def test_a_customer_corrects_address_and_comment(reader, backstage, order):
    answer = change(reader, order, {"city": "Tula", "comment": "Ring twice"})
    assert answer.status_code == 200
    assert set(answer.get_json()) == ORDER
    assert answer.headers["ETag"] == reader.get(path(order)).headers["ETag"]
    now = backstage.reread(order)
    assert (now.city, now.comment) == ("Tula", "Ring twice")
    assert (now.events[-1].kind, now.events[-1].actor) == ("corrected", "customer")


def test_a_guest_corrects_it_with_the_token(app, backstage):
    order = backstage.order()
    token = {"X-Order-Token": backstage.order_link(order).partition("token=")[2]}
    assert change(Visitor(app), order, {"city": "Tula"}, **token).status_code == 200
    assert backstage.reread(order).city == "Tula"


@pytest.mark.parametrize(
    "body", [{"email": "new@example.org"}, {"phone": "+7 900 111-11-11"}, {"full_name": "Anna K."}]
)
def test_whom_it_is_for_only_the_staff_change(reader, clerk, backstage, order, body):
    answer = change(reader, order, {**body, "city": "Tula"})
    assert problem(answer, 403) == "forbidden"
    assert [error["field"] for error in answer.get_json()["errors"]] == list(body)
    assert change(clerk, order, body).status_code == 200
    now = backstage.reread(order)
    assert {name: getattr(now, name) for name in body} == body
    assert (now.events[-1].actor, now.city) == ("Boris", "")


def test_a_paid_order_only_the_staff_correct_and_a_shipped_one_nobody(
    reader, clerk, backstage, order
):
    backstage.pay(order)
    assert problem(change(reader, order, {"city": "Tula"}), 409) == "illegal_move"
    assert change(clerk, order, {"city": "Tula"}).status_code == 200
    clerk.call("POST", path(order, "/pack"))
    clerk.call("POST", path(order, "/ship"), {"tracking_number": "RA1"})
    assert problem(change(clerk, order, {"city": "Orel"}), 409) == "illegal_move"
    assert backstage.reread(order).city == "Tula"


def test_a_change_says_what_it_has_read(reader, clerk, backstage, order):
    assert problem(reader.call("PATCH", path(order), {"city": "Tula"}), 428) == "version_required"
    read = reader.get(path(order)).headers["ETag"]
    change(clerk, order, {"city": "Orel"})
    answer = change(reader, order, {"city": "Tula"}, **{"If-Match": read})
    assert problem(answer, 412) == "stale"
    assert change(reader, order, {"city": "Tula"}, **{"If-Match": '"x"'}).status_code == 412
    assert backstage.reread(order).city == "Orel"
    assert change(reader, order, {"city": "Tula"}, **{"If-Match": "*"}).status_code == 200


@pytest.mark.parametrize("tag", ['""', '"", ""', "x", '"v1"', 'W/"v1-a"', '"v1-a", "v2-a"'])
def test_an_etag_that_is_none_of_the_orders_changes_nothing(reader, backstage, order, tag):
    answer = change(reader, order, {"city": "Tula"}, **{"If-Match": tag})
    assert problem(answer, 412) == "stale"
    assert backstage.reread(order).city == ""


@pytest.mark.parametrize("encoding", ["identity", "gzip", "br"])
def test_what_was_read_compressed_can_be_changed(reader, order, encoding):
    read = reader.get(path(order), headers={"Accept-Encoding": encoding})
    assert read.headers.get("Content-Encoding", "identity") == encoding
    tag = {"If-Match": read.headers["ETag"]}
    assert change(reader, order, {"city": "Tula"}, **tag).status_code == 200


def test_selling_on_does_not_spoil_what_somebody_edits(clerk, backstage, order):
    """A payment that begins is told by another ETag; the order's own row is as it was read."""
    read = clerk.get(path(order)).headers["ETag"]
    with backstage.services() as services:
        services.payments.start(order.number)
    assert clerk.get(path(order)).headers["ETag"] != read
    assert change(clerk, order, {"city": "Orel"}, **{"If-Match": read}).status_code == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"email": "x"}, "email"),
        ({"email": None}, "email"),
        ({"email": ""}, "email"),
        ({"phone": ""}, "phone"),
        ({"full_name": ""}, "full_name"),
        ({"city": "\x00"}, "city"),
        ({"city": 1}, "city"),
        ({"postal_code": "1"}, "postal_code"),
        ({"comment": "x" * 1001}, "comment"),
        ({"state": "paid"}, "state"),
        ({"total": "0.01"}, "total"),
        ({"user_id": 1}, "user_id"),
        ({"version": 1}, "version"),
    ],
)
def test_what_cannot_be_used_is_told_by_its_field(clerk, backstage, order, body, field):
    answer = change(clerk, order, body)
    assert problem(answer, 422) == "invalid"
    assert [error["field"] for error in answer.get_json()["errors"]] == [field]
    assert len(backstage.reread(order).events) == 1


def test_a_parcel_keeps_an_address(app, clerk, backstage):
    backstage.shipping()
    order = backstage.order(shipping_method="post", **ADDRESS)
    answer = change(clerk, order, {"street": " "})
    assert problem(answer, 422) == "invalid"
    assert [error["field"] for error in answer.get_json()["errors"]] == ["street"]


def test_nothing_changes_where_nothing_is_said(clerk, backstage, order):
    assert change(clerk, order, {}).status_code == 200
    assert len(backstage.reread(order).events) == 1


# -- who may -------------------------------------------------------------------------------


MOVES = [
    ("PATCH", "", {"city": "Tula"}, EDIT),
    ("POST", "/cancel", {"reason": "asked by phone"}, CANCEL),
    ("POST", "/pay", None, EDIT),
]
STAFF_MOVES = [
    ("POST", "/pack", None, FULFIL),
    ("POST", "/ship", {"tracking_number": "1"}, FULFIL),
    ("POST", "/deliver", None, FULFIL),
    ("PATCH", "/lines/1", {"quantity": 1}, EDIT),
    ("DELETE", "/lines/1", None, EDIT),
]


@pytest.mark.parametrize("role", RoleCode)
@pytest.mark.parametrize(("method", "rest", "body", "may"), MOVES)
def test_an_order_of_another_is_not_there_or_not_for_this_role(
    app, backstage, order, role, method, rest, body, may
):
    somebody = Visitor(app, backstage.user(role))
    answer = somebody.call(method, path(order, rest), body, headers={"If-Match": "*"})
    expected = 200 if role in may else 403 if role in SEE else 404
    assert answer.status_code == expected
    if expected != 200:
        # Decided before anything that was sent is read.
        assert somebody.call(method, path(order, rest), data=b"{").status_code == expected
        assert len(backstage.reread(order).events) == 1


@pytest.mark.parametrize("role", RoleCode)
@pytest.mark.parametrize(("method", "rest", "body", "may"), STAFF_MOVES)
def test_what_is_the_staffs_own_is_refused_to_others(
    app, backstage, order, role, method, rest, body, may
):
    somebody = Visitor(app, backstage.user(role))
    for number in (order.number, "ABCD-2345"):
        address = f"{ORDERS}/{number}{rest}"
        answer = somebody.call(method, address, body, headers={"If-Match": "*"})
        assert (answer.status_code == 403) is (role not in may)
        if role not in may:
            assert somebody.call(method, address, data=b"{").status_code == 403


@pytest.mark.parametrize(("method", "rest", "body", "may"), MOVES + STAFF_MOVES)
def test_a_stranger_changes_nothing(visitor, backstage, order, method, rest, body, may):
    answer = visitor.call(method, path(order, rest), body, headers={"If-Match": "*"})
    assert answer.status_code in (401, 404)
    assert len(backstage.reread(order).events) == 1


@pytest.mark.parametrize(("method", "rest", "body", "may"), MOVES + STAFF_MOVES)
def test_another_site_changes_nothing(clerk, backstage, order, method, rest, body, may):
    headers = {"If-Match": "*", "Sec-Fetch-Site": "cross-site"}
    assert clerk.call(method, path(order, rest), body, headers=headers).status_code == 403
    assert len(backstage.reread(order).events) == 1


@pytest.mark.parametrize("rest", ["/pack", "/ship", "/deliver", "/cancel", "/pay", ""])
def test_an_order_that_is_not_there_is_not_found(clerk, rest):
    body = {"tracking_number": "1"} if rest == "/ship" else {}
    method = "POST" if rest else "PATCH"
    answer = clerk.call(method, f"{ORDERS}/ABCD-2345{rest}", body, headers={"If-Match": "*"})
    assert answer.status_code == 404


# -- cancelling, packing, shipping ---------------------------------------------------------


def test_a_customer_cancels_until_it_is_packed(reader, clerk, backstage, anna):
    for pay in (False, True):
        book = backstage.book()
        order = backstage.order(book, user=anna)
        if pay:
            backstage.pay(order)
        answer = reader.call("POST", path(order, "/cancel"), {})
        assert answer.get_json()["state"] == "cancelled"
        assert answer.get_json()["refunded"] == roubles("500.00" if pay else "0.00")
        assert backstage.promised(book) == 0
        assert backstage.reread(order).events[-1].actor == "customer"
    order = backstage.order(user=anna)
    backstage.pay(order)
    clerk.call("POST", path(order, "/pack"))
    assert problem(reader.call("POST", path(order, "/cancel"), {}), 409) == "illegal_move"
    assert backstage.state(order) == "packing"


def test_the_staff_say_why_they_cancel(clerk, backstage, order):
    answer = clerk.call("POST", path(order, "/cancel"), {"reason": " "})
    assert problem(answer, 422) == "invalid"
    assert backstage.state(order) == "pending_payment"
    clerk.call("POST", path(order, "/cancel"), {"reason": "asked by phone"})
    event = backstage.reread(order).events[-1]
    assert (event.kind, event.actor, event.note) == ("cancelled", "Boris", "asked by phone")


def test_an_order_goes_from_paid_to_delivered(clerk, backstage, order):
    backstage.pay(order)
    steps = [("/pack", None), ("/ship", {"tracking_number": "RA1"}), ("/deliver", None)]
    answers = [clerk.call("POST", path(order, rest), body) for rest, body in steps]
    assert [answer.get_json()["state"] for answer in answers] == ["packing", "shipped", "delivered"]
    assert answers[1].get_json()["shipment"]["tracking_number"] == "RA1"
    assert answers[1].get_json()["shipment"]["carrier"] == order.shipping_name
    for rest, body in steps:
        assert problem(clerk.call("POST", path(order, rest), body), 409) == "illegal_move"


@pytest.mark.parametrize(
    "body",
    [{}, {"tracking_number": " "}, {"tracking_number": "\x00"}, {"tracking_number": "x" * 101}],
)
def test_a_parcel_has_a_tracking_number(clerk, backstage, body):
    order = backstage.packing()
    assert problem(clerk.call("POST", path(order, "/ship"), body), 422) == "invalid"
    assert backstage.state(order) == "packing"


def test_a_step_that_is_sent_again_with_its_key_is_taken_once(clerk, backstage, order):
    backstage.pay(order)
    first, again = (clerk.call("POST", path(order, "/pack"), headers=KEY) for _ in range(2))
    assert first.status_code == again.status_code == 200
    assert first.get_json() == again.get_json()
    assert [e.kind for e in backstage.reread(order).events].count("packing") == 1


# -- taken by the staff --------------------------------------------------------------------


def take(visitor, *books, quantity=1, headers=None, **fields):
    wanted = [{"book_id": book.id, "quantity": quantity} for book in books]
    body = {**PERSON, "lines": wanted, **fields}
    return visitor.call("POST", ORDERS, body, headers=headers or {})


@pytest.fixture
def books(backstage):
    backstage.shipping()
    return [backstage.book(stock=5) for _ in range(2)]


def test_the_staff_take_an_order_for_a_customer(app, clerk, reader, anna, books, backstage):
    answer = take(clerk, *books, quantity=2, user_id=anna.id)
    assert answer.status_code == 201
    found = answer.get_json()
    assert answer.location == f"http://localhost{ORDERS}/{found['number']}"
    assert (found["user_id"], found["total"]) == (anna.id, roubles("2000.00"))
    assert (found["state"], found["payment"]) == ("pending_payment", None)
    assert [backstage.promised(book) for book in books] == [2, 2]
    mine = f"{ORDERS}/{found['number']}"
    assert reader.get(mine).status_code == 200
    assert reader.call("POST", f"{mine}/pay").get_json()["payment"]["confirmation_url"]


def test_an_order_that_is_taken_twice_is_one(clerk, books, backstage, stores):
    first = take(clerk, *books, headers=KEY).get_json()
    assert take(clerk, *books, headers=KEY).get_json() == first
    # What Redis kept of the answer is gone; the order knows its key by itself.
    forget_answers(stores[1])
    assert take(clerk, *books, headers=KEY).get_json()["number"] == first["number"]
    assert len(backstage.orders()) == 1


@pytest.mark.parametrize("role", RoleCode)
def test_only_those_who_may_take_orders(app, books, backstage, role):
    answer = take(Visitor(app, backstage.user(role)), *books)
    assert answer.status_code == (201 if role in EDIT else 403)
    assert len(backstage.orders()) == (role in EDIT)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"lines": []}, "lines"),
        ({"lines": [{"book_id": 1, "quantity": 0}]}, "lines.0.quantity"),
        ({"lines": [{"book_id": 0, "quantity": 1}]}, "lines.0.book_id"),
        ({"lines": [{"book_id": 1, "quantity": 1, "price": 1}]}, "lines.0.price"),
        ({"lines": [{"book_id": 1, "quantity": 1}] * 2}, "lines"),
        ({"lines": [{"book_id": 1, "quantity": 1}] * 100}, "lines"),
        ({"lines": [{"book_id": 2**31 - 1, "quantity": 1}]}, "lines"),
        ({"lines": "1"}, "lines"),
        ({"user_id": 0}, "user_id"),
        ({"consent": False}, "consent"),
        ({"checkout_key": "k" * 20}, "checkout_key"),
    ],
)
def test_what_cannot_be_taken_is_told_by_its_field(clerk, books, backstage, fields, field):
    answer = take(clerk, *books, **fields)
    assert problem(answer, 422) == "invalid"
    assert {error["field"] for error in answer.get_json()["errors"]} == {field}
    assert backstage.orders() == []


def test_copies_that_are_not_there_and_customers_who_are_not_there(clerk, books, backstage):
    answer = take(clerk, books[0], quantity=6)
    assert problem(answer, 409) == "out_of_stock"
    assert answer.get_json()["book_ids"] == [books[0].id]
    assert problem(take(clerk, books[0], user_id=2**31 - 1), 409) == "conflict"
    assert backstage.orders() == []
    assert backstage.promised(books[0]) == 0


# -- lines ---------------------------------------------------------------------------------


@pytest.fixture
def taken(clerk, books, backstage):
    """Two copies of each of two books of 500 roubles, and no payment yet."""
    number = take(clerk, *books, quantity=2).get_json()["number"]
    with backstage.services() as services:
        return services.orders.by_number(number)


def lines(answer):
    return [(line["quantity"], line["total"]["amount"]) for line in answer.get_json()["lines"]]


def test_lines_change_until_a_payment_is_begun(clerk, taken, books, backstage):
    first, second = (f"/lines/{line.id}" for line in taken.lines)
    answer = change(clerk, taken, {"quantity": 4}, first)
    assert lines(answer) == [(4, "2000.00"), (2, "1000.00")]
    assert answer.get_json()["total"] == roubles("3000.00")
    answer = change(clerk, taken, None, second, "DELETE")
    assert lines(answer) == [(4, "2000.00")]
    assert answer.get_json()["total"] == roubles("2000.00")
    assert [backstage.promised(book) for book in books] == [4, 0]
    assert problem(change(clerk, taken, None, first, "DELETE"), 409) == "illegal_move"
    begun = clerk.call("POST", path(taken, "/pay")).get_json()
    assert begun["payment"]["amount"] == roubles("2000.00")
    assert problem(change(clerk, taken, {"quantity": 1}, first), 409) == "illegal_move"


def test_a_line_is_changed_as_it_was_read(clerk, taken):
    line = f"/lines/{taken.lines[0].id}"
    for method, body in (("PATCH", {"quantity": 1}), ("DELETE", None)):
        assert problem(clerk.call(method, path(taken, line), body), 428) == "version_required"
    read = clerk.get(path(taken)).headers["ETag"]
    assert change(clerk, taken, {"quantity": 1}, line).status_code == 200
    stale = change(clerk, taken, {"quantity": 3}, line, **{"If-Match": read})
    assert problem(stale, 412) == "stale"


def test_what_is_not_in_the_order_or_not_in_the_house(clerk, taken, backstage, books):
    elsewhere = backstage.order().lines[0]
    assert change(clerk, taken, {"quantity": 1}, f"/lines/{elsewhere.id}").status_code == 404
    line = f"/lines/{taken.lines[0].id}"
    assert problem(change(clerk, taken, {"quantity": 6}, line), 409) == "out_of_stock"
    assert problem(change(clerk, taken, {"quantity": 10**6}, line), 422) == "invalid"
    assert problem(change(clerk, taken, {"quantity": 0}, line), 422) == "invalid"
    assert backstage.promised(books[0]) == 2
