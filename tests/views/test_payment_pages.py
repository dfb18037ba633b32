"""Between the shop and the payment page: what the order's page says, and paying once only."""

import pytest

from dev.yookassa_sandbox.testing import pay, state
from tests import markup
from tests.backstage import Backstage
from tests.plain_client import PERSON
from tests.visitor import Visitor


@pytest.fixture
def shopper(visitor: Visitor, backstage: Backstage) -> Visitor:
    """A guest who has placed an order and stands before the payment page, at `visitor.paying`."""
    backstage.shipping()
    visitor.post("/cart/items", {"book_id": backstage.book().id})
    visitor.paying = visitor.submit(visitor.get("/checkout"), "checkout", **PERSON).location
    return visitor


def back(shopper, outcome: str):
    """End on the payment page and come back; the page of the order."""
    address = pay(shopper.paying, outcome)
    assert address.startswith("http://localhost/orders/")
    answer = shopper.get(address.removeprefix("http://localhost"))
    assert answer.status_code == 303
    # The address that stays in the browser carries no token.
    assert "?" not in answer.location
    return shopper.get(answer.location)


def order_state(answer) -> str:
    return markup.by_id(markup.page(answer), "order").get("data-order-state")


def pay_forms(answer) -> list:
    return [form for form in markup.plain(answer).forms if form.action.endswith("/pay")]


def test_who_paid_comes_back_to_a_paid_order(shopper, backstage):
    page = back(shopper, "succeed")
    assert order_state(page) == "paid"
    assert pay_forms(page) == []
    (order,) = backstage.orders()
    assert state_of_payments(backstage, order) == ["captured"]


def state_of_payments(backstage, order) -> list[str]:
    return [str(payment.status) for payment in backstage.reread(order).payments]


@pytest.mark.parametrize("outcome", ["decline", "fail-3ds"])
def test_who_was_declined_reads_why_and_may_try_again(shopper, backstage, outcome):
    page = back(shopper, outcome)
    assert order_state(page) == "pending_payment"
    assert markup.with_class(markup.page(page), "field__error")
    (form,) = pay_forms(page)
    again = shopper.send(form.action, form.fields)
    assert again.status_code == 303
    assert again.location != shopper.paying
    shopper.paying = again.location
    assert order_state(back(shopper, "succeed")) == "paid"
    assert state_of_payments(backstage, backstage.orders()[0]) == ["cancelled", "captured"]


def test_who_walked_away_may_still_pay_on_the_same_page(shopper, backstage):
    page = back(shopper, "leave")
    assert order_state(page) == "pending_payment"
    (form,) = pay_forms(page)
    assert shopper.send(form.action, form.fields).location == shopper.paying
    assert state_of_payments(backstage, backstage.orders()[0]) == ["pending"]


def test_coming_back_twice_takes_the_money_once(shopper, sandbox, backstage):
    (order,) = backstage.orders()
    address = pay(shopper.paying).removeprefix("http://localhost")
    for _ in range(2):
        assert shopper.get(address).status_code == 303
    order = backstage.reread(order)
    done = state(sandbox)["objects"][order.payment.provider_payment_id]
    assert done["capture_payment"] == 1
    assert [event.kind for event in order.events].count("paid") == 1


def test_paying_a_paid_order_leads_to_the_order(shopper, backstage):
    back(shopper, "succeed")
    (order,) = backstage.orders()
    answer = shopper.post(f"/orders/{order.number}/pay")
    assert (answer.status_code, answer.location) == (303, f"/orders/{order.number}")
    assert len(backstage.reread(order).payments) == 1


def test_paying_a_cancelled_order_leads_to_the_order_that_says_so(shopper, backstage):
    (order,) = backstage.orders()
    with backstage.services() as services:
        services.orders.cancel(order.number, backstage.user("admin"), "Lost")
    answer = shopper.post(f"/orders/{order.number}/pay")
    assert answer.location == f"/orders/{order.number}"
    assert order_state(shopper.get(answer.location)) == "cancelled"


def test_the_return_page_proves_nothing(shopper, backstage):
    """Opening it without having paid changes nothing."""
    (order,) = backstage.orders()
    answer = shopper.get(f"/orders/{order.number}/return")
    assert answer.location == f"/orders/{order.number}"
    assert backstage.state(order) == "pending_payment"


def test_a_payment_that_came_after_the_order_expired_takes_it_up_again(shopper, backstage):
    (order,) = backstage.orders()
    backstage.age(order, expires_at="2020-01-01")
    with backstage.services() as services:
        assert services.orders.expire_due() == 1
    assert order_state(shopper.get(f"/orders/{order.number}")) == "cancelled"
    assert order_state(back(shopper, "succeed")) == "paid"


def test_a_payment_that_came_too_late_is_let_go_and_said(shopper, backstage):
    (order,) = backstage.orders()
    backstage.age(order, expires_at="2020-01-01")
    with backstage.services() as services:
        services.orders.expire_due()
    for line in backstage.reread(order).lines:
        with backstage.services() as services:
            book = services.catalogue.get(line.book_id)
        backstage.stock(book, 0)
    assert order_state(back(shopper, "succeed")) == "cancelled"
    with backstage.services() as services:
        services.outbox.deliver_due()
    assert state_of_payments(backstage, order) == ["cancelled"]
