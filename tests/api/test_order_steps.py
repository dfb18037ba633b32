"""Orders of the API are cancelled, packed, shipped and delivered, each step once."""

import pytest

from tests.api.ordering import KEY, path, problem
from tests.api.shopping import roubles

pytestmark = pytest.mark.usefixtures("sandbox")


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
