"""Who may change orders through the API, decided before anything that is sent is read."""

import pytest

from shop.models import RoleCode
from tests.api.ordering import ORDERS, path
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("sandbox")
EDIT = CANCEL = FULFIL = {"order_manager", "admin"}
SEE = EDIT | {"accountant"}


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
