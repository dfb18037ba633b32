"""Orders of the API are corrected: by whom, how long, and that nobody overwrites unseen."""

import pytest

from tests.api.ordering import change, path, problem
from tests.api.shopping import ADDRESS, ORDER
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("sandbox")


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
