"""Orders that the staff take through the API, and their lines, which can change."""

import pytest

from shop.models import RoleCode
from tests.api.ordering import KEY, ORDERS, change, path, problem
from tests.api.shopping import PERSON, forget_answers, roubles
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("sandbox")
EDIT = {"order_manager", "admin"}


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
