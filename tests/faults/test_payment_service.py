"""YooKassa refuses, is silent, or fails after its work: the order stands and says the truth."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from dev.yookassa_sandbox.testing import control, pay, state
from shop.extensions import db
from shop.models import OutboxMessage, Payment
from tests import markup
from tests.plain_client import PERSON
from tests.visitor import Visitor

WEBHOOK = "/api/v1/payments/yookassa/webhook"


@pytest.fixture
def shopper(shop, backstage) -> Visitor:
    """A guest before the filled checkout."""
    visitor = shop.visitor()
    backstage.shipping()
    visitor.post("/cart/items", {"book_id": backstage.book(stock=1).id})
    visitor.get("/checkout")
    return visitor


def check_out(shopper):
    """Send the checkout form; the page where the shopper arrives in the shop."""
    answer = shopper.submit(shopper.get("/checkout"), "checkout", **PERSON)
    assert answer.status_code == 303
    assert answer.location.startswith("/orders/")
    return shopper.get(answer.location)


def created(sandbox) -> int:
    return state(sandbox)["done"].get("create_payment", 0)


def assert_unpaid_and_told(page) -> None:
    """The order is there, waits for its payment, says what happened, and offers to pay."""
    assert page.status_code == 200
    tree = markup.page(page)
    assert markup.by_id(tree, "order").get("data-order-state") == "pending_payment"
    assert markup.with_class(tree, "notice--warning")
    pays = markup.with_class(tree, "order__pay")[0]
    assert "charged twice" in markup.text(pays)
    assert markup.has_form(page, "/pay")


def pay_now(shopper, page) -> str:
    """Press “Pay”; where the payment page is."""
    answer = shopper.submit(page, "/pay")
    assert answer.status_code == 303
    assert "/checkout/" in answer.location
    return answer.location


def come_back(shopper, address: str):
    returned = shopper.get(address.removeprefix("http://localhost"))
    return shopper.get(returned.location)


def order_state(page) -> str:
    return markup.by_id(markup.page(page), "order").get("data-order-state")


def cut(shop, sandbox):
    shop.yookassa.cut()


def fall_silent(shop, sandbox):
    shop.yookassa.silence()


def fail_before_work(shop, sandbox):
    control(sandbox, fail_before=1)


def fail_after_work(shop, sandbox):
    control(sandbox, fail_after=1)


def answer_late(shop, sandbox):
    control(sandbox, slow_calls=1, slow_seconds=2)


def only_accept(shop, sandbox):
    control(sandbox, accept_only=1)


TROUBLES = [cut, fall_silent, fail_before_work, fail_after_work, answer_late, only_accept]


@pytest.mark.parametrize("trouble", TROUBLES)
def test_the_order_stands_and_is_paid_once_later(shop, shopper, sandbox, backstage, trouble):
    before = created(sandbox)
    trouble(shop, sandbox)
    page = check_out(shopper)
    assert_unpaid_and_told(page)
    (order,) = backstage.orders()
    assert backstage.reread(order).payment.outcome_unknown
    assert markup.with_class(markup.page(shopper.get("/cart")), "empty")
    shop.yookassa.mend()
    control(sandbox, reset=True)
    back = pay(pay_now(shopper, page))
    assert order_state(come_back(shopper, back)) == "paid"
    # Whatever the first call did, the second one with its key made no other payment.
    assert created(sandbox) == before + 1
    assert len(backstage.reread(order).payments) == 1


@pytest.mark.parametrize("trouble", [cut, fail_after_work])
def test_the_reconcile_job_finishes_what_the_shopper_left(
    shop, shopper, sandbox, backstage, trouble
):
    before = created(sandbox)
    trouble(shop, sandbox)
    check_out(shopper)
    shop.yookassa.mend()
    control(sandbox, reset=True)
    (order,) = backstage.orders()
    let_it_rest(shop.app, order)
    with backstage.services() as services:
        assert services.payments.reconcile() == 1
    payment = backstage.reread(order).payment
    assert not payment.outcome_unknown
    assert created(sandbox) == before + 1
    # The order's page now leads to the payment that was made.
    page = shopper.get(f"/orders/{order.number}")
    assert pay_now(shopper, page) == payment.confirmation_url


def let_it_rest(app, order) -> None:
    """The job leaves alone what was touched a moment ago."""
    with app.app_context():
        earlier = datetime.now(UTC) - timedelta(minutes=5)
        statement = update(Payment).where(Payment.order_id == order.id)
        db.session.execute(statement.values(created_at=earlier, updated_at=earlier))
        db.session.commit()


@pytest.mark.parametrize("trouble", [cut, fall_silent])
def test_coming_back_while_it_does_not_answer_shows_the_order_as_it_is(
    shop, shopper, backstage, trouble
):
    answer = shopper.submit(shopper.get("/checkout"), "checkout", **PERSON)
    back = pay(answer.location)
    trouble(shop, None)
    page = come_back(shopper, back)
    assert order_state(page) == "pending_payment"
    assert markup.with_class(markup.page(page), "notice--warning")
    shop.yookassa.mend()
    # The money is there; the next look takes it.
    assert order_state(come_back(shopper, back)) == "paid"


def test_the_webhook_asks_yookassa_to_come_again(shop, backstage):
    order = backstage.order()
    payment_id = backstage.hold(order)
    body = {"event": "payment.waiting_for_capture", "object": {"id": payment_id}}
    client = shop.visitor().client
    shop.yookassa.cut()
    answer = client.post(WEBHOOK, json=body)
    assert (answer.status_code, answer.get_json()["code"]) == (503, "payment_unavailable")
    assert int(answer.headers["Retry-After"]) > 0
    assert "127.0.0.1" not in answer.text
    assert backstage.state(order) == "pending_payment"
    shop.yookassa.mend()
    assert client.post(WEBHOOK, json=body).status_code == 200
    assert backstage.state(order) == "paid"


def test_a_shop_whose_key_is_refused_takes_orders_and_says_that_no_money_moved(
    other_shop, backstage, sandbox
):
    shopper = Visitor(other_shop(yookassa_secret_key="test_the-wrong-one"))
    backstage.shipping()
    shopper.post("/cart/items", {"book_id": backstage.book().id})
    page = check_out(shopper)
    assert order_state(page) == "pending_payment"
    assert "No money was taken" in markup.text(markup.page(page))
    assert markup.has_form(page, "/pay")
    # With the right key again, the same order is paid.
    (order,) = backstage.orders()
    backstage.pay(order)
    assert order_state(shopper.get(f"/orders/{order.number}")) == "paid"


def test_nothing_else_in_the_shop_notices(shop, shopper, backstage):
    shop.yookassa.cut()
    for path in ("/", "/books", "/cart", "/checkout", "/readyz", "/api/v1/books"):
        assert shopper.get(path).status_code == 200


def make_due(app) -> None:
    """What failed waits for a while; that while is over."""
    with app.app_context():
        db.session.execute(update(OutboxMessage).values(available_at=datetime.now(UTC)))
        db.session.commit()


def test_a_cancelled_order_gives_its_money_back_when_yookassa_is_there_again(shop, backstage):
    order = backstage.paid()
    clerk = Visitor(shop.app, backstage.user("admin"))
    shop.yookassa.cut()
    answer = clerk.post(f"/admin/orders/{order.number}/cancel", {"reason": "The customer asked"})
    assert answer.status_code == 303
    with shop.app.app_context():
        shop.app.extensions["services"].outbox.deliver_due()
    (refund,) = backstage.reread(order).payments[0].refunds
    assert str(refund.status) == "pending"
    shop.yookassa.mend()
    make_due(shop.app)
    with shop.app.app_context():
        shop.app.extensions["services"].outbox.deliver_due()
    (refund,) = backstage.reread(order).payments[0].refunds
    assert str(refund.status) == "succeeded"
