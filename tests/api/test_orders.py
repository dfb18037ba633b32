"""Orders of the API, to read: one's own, a guest's by its token, and all of them for the staff."""

import pytest

from shop.models import RoleCode
from tests.api.ordering import ORDERS, path
from tests.api.shopping import LINE, ORDER, roubles
from tests.counting import statements
from tests.visitor import Visitor

SEE = {"order_manager", "accountant", "admin"}


def numbers(answer):
    assert answer.status_code == 200
    return [order["number"] for order in answer.get_json()["items"]]


def token(backstage, order):
    return backstage.order_link(order).partition("token=")[2]


def test_an_order_has_the_shape_of_the_contract(reader, backstage, anna):
    book = backstage.book(list_price="250.00", title="Emma")
    order = backstage.order(book, user=anna, quantity=2)
    found = reader.get(path(order)).get_json()
    assert set(found) == ORDER
    assert found["url"] == f"http://localhost/orders/{order.number}"
    assert (found["state"], found["shipping_method"]) == ("pending_payment", "pickup")
    (line,) = found["lines"]
    assert set(line) == LINE
    assert (line["title"], line["quantity"], line["book_id"]) == ("Emma", 2, book.id)
    assert (line["price"], line["total"]) == (roubles("250.00"), roubles("500.00"))
    assert (found["total"], found["refunded"]) == (roubles("500.00"), roubles("0.00"))
    assert (found["payment"]["status"], found["shipment"]) == ("pending", None)


def test_the_lines_are_a_list(reader, backstage, anna):
    order = backstage.order(*(backstage.book() for _ in range(3)), user=anna)
    found = reader.get(path(order, "/lines")).get_json()
    assert found["items"] == reader.get(path(order)).get_json()["lines"]
    assert (found["total"], found["page"], found["pages"]) == (3, 1, 1)


def test_a_shipped_order_tells_its_parcel_and_no_way_to_pay(clerk, backstage, sandbox):
    found = clerk.get(path(backstage.shipped())).get_json()
    assert found["shipment"]["tracking_number"] == "RA1"
    assert (found["payment"]["status"], found["payment"]["confirmation_url"]) == ("captured", None)
    assert found["expires_at"] is None


@pytest.mark.parametrize("rest", ["", "/lines"])
def test_somebody_elses_order_is_not_found(app, visitor, backstage, anna, rest):
    order = backstage.order(user=anna)
    missing = visitor.get(f"{ORDERS}/ABCD-2345{rest}")
    for stranger in (visitor, Visitor(app, backstage.user())):
        answer = stranger.get(path(order, rest))
        assert (answer.status_code, answer.get_json()) == (404, missing.get_json())
    assert Visitor(app, anna).get(path(order, rest)).status_code == 200


@pytest.mark.parametrize("role", RoleCode)
def test_the_staff_who_may_see_orders_see_each(app, backstage, anna, role):
    order = backstage.order(user=anna)
    answer = Visitor(app, backstage.user(role)).get(path(order))
    assert answer.status_code == (200 if role in SEE else 404)
    if role in SEE:
        assert answer.get_json()["user_id"] == anna.id


def test_a_token_opens_its_order_and_no_other(app, backstage):
    mine, theirs = backstage.order(), backstage.order()
    given = token(backstage, mine)
    for order, status in ((mine, 200), (theirs, 404)):
        for asked in ({"headers": {"X-Order-Token": given}}, {"query_string": {"token": given}}):
            visitor = Visitor(app)
            assert visitor.get(path(order), **asked).status_code == status
            # Unlike a link on a page it opens one request, and leaves no cookie.
            assert visitor.get(path(order)).status_code == 404


@pytest.mark.parametrize("wrong", ["", "x", ".", "\u00ff", "a.b"])
def test_a_wrong_token_opens_nothing(visitor, backstage, wrong):
    order = backstage.order()
    assert visitor.get(path(order), headers={"X-Order-Token": wrong}).status_code == 404
    assert visitor.get(path(order), query_string={"token": wrong}).status_code == 404


def test_whoever_came_by_the_link_on_the_pages_sees_it_here(visitor, backstage):
    order = backstage.order()
    visitor.get(backstage.order_link(order))
    assert visitor.get(path(order)).status_code == 200


@pytest.mark.parametrize("number", ["x", "%00", "2345-6789" * 30, "№"])
def test_a_number_that_is_none_is_not_found(clerk, number):
    assert clerk.get(f"{ORDERS}/{number}").status_code == 404


def test_the_history_is_told_to_customers_and_who_and_why_to_the_staff(
    app, reader, clerk, backstage, anna, sandbox
):
    order = backstage.order(user=anna)
    backstage.pay(order)
    shown = "?include=events,payments&fields=events,payments"
    seen = reader.get(path(order, shown)).get_json()
    assert [event["kind"] for event in seen["events"]] == ["placed", "payment_authorised", "paid"]
    assert set(seen["events"][0]) == {"at", "kind", "from_state", "to_state"}
    assert [payment["status"] for payment in seen["payments"]] == ["captured"]
    told = clerk.get(path(order, shown)).get_json()["events"]
    assert [event["actor"] for event in told] == ["customer", "shop", "shop"]


def test_a_client_that_has_it_already_is_not_sent_it_again(reader, backstage, anna, sandbox):
    order = backstage.order(user=anna)
    tag = reader.get(path(order)).headers["ETag"]
    assert reader.get(path(order), headers={"If-None-Match": tag}).status_code == 304
    # What changes is not the order's own row.
    backstage.hold(order)
    assert reader.get(path(order), headers={"If-None-Match": tag}).status_code == 200


def test_ones_own_orders_are_listed_newest_first(app, reader, backstage, anna):
    mine = [backstage.order(user=anna) for _ in range(3)]
    backstage.order(user=backstage.user())
    backstage.order()
    newest_first = [order.number for order in reversed(mine)]
    for address in (ORDERS, f"/api/v1/users/{anna.id}/orders"):
        assert numbers(reader.get(address)) == newest_first
        assert reader.get(address).get_json()["total"] == 3
    assert numbers(Visitor(app, backstage.user()).get(ORDERS)) == []


def test_all_orders_are_for_the_staff(app, backstage, anna):
    order = backstage.order(user=anna)
    for role in RoleCode:
        somebody = Visitor(app, backstage.user(role))
        assert numbers(somebody.get(ORDERS)) == []
        everybodys = somebody.get(f"{ORDERS}?scope=all")
        assert everybodys.status_code == (200 if role in SEE else 403)
        annas = somebody.get(f"/api/v1/users/{anna.id}/orders")
        assert annas.status_code == (200 if role in SEE else 404)
        if role in SEE:
            assert numbers(everybodys) == numbers(annas) == [order.number]


def test_an_account_that_is_not_there_has_no_orders(clerk):
    assert clerk.get("/api/v1/users/999999/orders").status_code == 404


@pytest.mark.parametrize("address", [ORDERS, "/api/v1/users/1/orders"])
def test_a_stranger_has_no_list(visitor, address):
    assert visitor.get(address).status_code == 401


def test_filters_narrow_ones_own_and_nobody_elses(reader, clerk, backstage, anna, sandbox):
    paid, waiting = (backstage.order(user=anna) for _ in range(2))
    theirs = backstage.order(user=backstage.user())
    backstage.pay(paid)
    assert numbers(reader.get(f"{ORDERS}?state__eq=paid")) == [paid.number]
    assert numbers(reader.get(f"{ORDERS}?user_id__eq={theirs.user_id}")) == []
    assert numbers(reader.get(f"{ORDERS}?number__eq={theirs.number}")) == []
    everything = f"{ORDERS}?scope=all&user_id__eq={anna.id}&order_by=placed_at"
    assert numbers(clerk.get(everything)) == [paid.number, waiting.number]


@pytest.mark.parametrize(
    "query", ["scope=mine", "state__eq=lost", "x=1", "user_id__eq=x", "fields=secret", "limit=0"]
)
def test_what_cannot_be_asked_is_told(reader, query):
    answer = reader.get(f"{ORDERS}?{query}")
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"].split(".")[0] == query.partition("=")[0]


def test_a_cursor_walks_through_all(clerk, backstage):
    book = backstage.book(stock=9)
    placed = [backstage.order(book).number for _ in range(5)]
    seen, cursor = [], ""
    while cursor is not None:
        part = clerk.get(f"{ORDERS}?scope=all&limit=2&cursor={cursor}").get_json()
        seen += [order["number"] for order in part["items"]]
        cursor = part["next_cursor"]
    assert seen == placed


@pytest.mark.parametrize("query", ["", "&include=events,payments", "&cursor=", "&scope=all"])
def test_a_row_more_costs_no_statement_more(app, clerk, backstage, sandbox, query):
    user = backstage.user(RoleCode.ADMIN)
    book = backstage.book(stock=99)
    for _ in range(4):
        backstage.order(book, backstage.book(), user=user)
    visitor = Visitor(app, user)
    alone = statements(app, visitor, f"{ORDERS}?limit=1{query}")
    assert statements(app, visitor, f"{ORDERS}?limit=100{query}") == alone
