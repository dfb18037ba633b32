"""Money that comes after the order has expired or was cancelled, and money given back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dev.yookassa_sandbox.testing import control, state
from shop.errors import PaymentUnavailable
from shop.extensions import db
from shop.models import OrderState, PaymentStatus, RefundStatus
from shop.models.columns import utcnow
from shop.services.outbox import Topic
from tests import factories as make
from tests.stored import messages, stock

pytestmark = pytest.mark.usefixtures("sandbox")


def now(services, order):
    return services.orders.by_number(order.number)


def kinds(services, order) -> list[str]:
    return [event.kind for event in now(services, order).events]


def late_mails(order) -> list[str]:
    return [
        m.payload["name"]
        for m in messages(Topic.MAIL)
        if m.payload["order_id"] == order.id and m.payload["name"] == "order_payment_returned"
    ]


def sent(sandbox, refund) -> int:
    """How many times the provider gave the money back under the refund's key."""
    return len(state(sandbox)["keys"][refund.idempotence_key]["done"])


@pytest.fixture
def book():
    return make.save(make.book(stock=1))


@pytest.fixture
def late(services, book):
    """An expired order, and the provider's id of its payment, paid after that."""
    order = make.order(services, book)
    provider_id = make.held(services, order)
    expire(services, order)
    return order, provider_id


def expire(services, order) -> None:
    stored = now(services, order)
    stored.expires_at = utcnow() - timedelta(seconds=1)
    db.session.commit()
    assert services.orders.expire_due() == 1


def captured_by_hand(services, order, provider_id: str) -> None:
    """The provider took the money although we never asked, as somebody may in its cabinet."""
    payment = now(services, order).payment
    services.payments.gateway.capture(provider_id, payment.amount, "RUB", payment.capture_key)


def test_a_late_payment_takes_the_copies_again(services, late, book):
    order, provider_id = late
    assert services.payments.settle(provider_id).status is PaymentStatus.CAPTURED
    assert now(services, order).state is OrderState.PAID
    assert stock(book) == (1, 1)
    assert kinds(services, order)[1:] == ["expired", "reopened", "payment_authorised", "paid"]
    assert late_mails(order) == []


def test_a_late_payment_for_copies_that_are_gone_is_let_go(services, late, book, sandbox):
    order, provider_id = late
    make.order(services, book)
    payment = services.payments.settle(provider_id)
    assert payment.status is PaymentStatus.AUTHORISED
    assert now(services, order).state is OrderState.CANCELLED
    assert stock(book) == (1, 1)
    [message] = messages(Topic.RELEASE)
    services.payments.release(**message.payload)
    assert now(services, order).payment.status is PaymentStatus.CANCELLED
    assert late_mails(order) == ["order_payment_returned"]
    assert "capture_payment" not in state(sandbox)["objects"][provider_id]


def test_a_late_payment_that_is_captured_already_is_refunded(services, late, book, sandbox):
    order, provider_id = late
    make.order(services, book)
    captured_by_hand(services, order, provider_id)
    services.payments.settle(provider_id)
    assert now(services, order).state is OrderState.CANCELLED
    [message] = messages(Topic.REFUND)
    services.refunds.give_back(**message.payload)
    [refund] = now(services, order).payment.refunds
    assert (refund.status, refund.amount) == (RefundStatus.SUCCEEDED, order.total)
    assert late_mails(order) == ["order_payment_returned"]
    assert sent(sandbox, refund) == 1


def test_a_late_payment_takes_all_lines_or_none(services):
    plenty, scarce = make.save(make.book(stock=5)), make.save(make.book(stock=1))
    order = make.order(services, plenty, scarce)
    provider_id = make.held(services, order)
    expire(services, order)
    make.order(services, scarce)
    services.payments.settle(provider_id)
    assert now(services, order).state is OrderState.CANCELLED
    assert (stock(plenty), stock(scarce)) == ((5, 0), (1, 1))


def test_a_late_payment_for_a_book_that_left_the_shop_is_let_go(services, late, book):
    order, provider_id = late
    services.catalogue.delete(book.id)
    services.payments.settle(provider_id)
    assert now(services, order).state is OrderState.CANCELLED
    assert len(messages(Topic.RELEASE)) == 1


def test_news_of_a_late_payment_that_repeat_do_nothing_more(services, late, book):
    order, provider_id = late
    make.order(services, book)
    for _ in range(3):
        services.payments.settle(provider_id)
    assert len(messages(Topic.RELEASE)) == len(late_mails(order)) == 1
    assert kinds(services, order).count("late_payment_released") == 1


def test_money_for_an_order_that_staff_cancelled_is_let_go(services, book):
    order = make.order(services, book)
    provider_id = make.held(services, order)
    services.orders.cancel(order.number, make.save(make.staff()), "no")
    services.payments.settle(provider_id)
    assert now(services, order).state is OrderState.CANCELLED
    assert stock(book) == (1, 0)
    [message] = messages(Topic.RELEASE)
    assert services.payments.release(**message.payload).status is PaymentStatus.CANCELLED


def test_money_held_for_an_order_is_let_go_when_staff_cancel_it(services, book, sandbox):
    order = make.order(services, book)
    provider_id = make.held(services, order)
    control(sandbox, fail_before=1)
    services.payments.settle(provider_id)  # held here too; the capture comes later
    services.orders.cancel(order.number, make.save(make.staff()), "no")
    # The capture that waits in the outbox is not wanted any more, whichever comes first.
    for topic, deliver in (
        (Topic.CAPTURE, services.payments.capture),
        (Topic.RELEASE, services.payments.release),
    ):
        [message] = messages(topic)
        deliver(**message.payload)
    assert now(services, order).payment.status is PaymentStatus.CANCELLED
    assert "capture_payment" not in state(sandbox)["objects"][provider_id]
    assert messages(Topic.REFUND) == []


def test_letting_go_of_money_that_is_taken_already_gives_it_back(services, book, sandbox):
    order = make.order(services, book)
    provider_id = make.held(services, order)
    control(sandbox, fail_before=1)
    services.payments.settle(provider_id)
    services.orders.cancel(order.number, make.save(make.staff()), "no")
    captured_by_hand(services, order, provider_id)
    [message] = messages(Topic.RELEASE)
    services.payments.release(**message.payload)
    assert len(messages(Topic.REFUND)) == 1


def test_a_refund_is_sent_once(services, sandbox):
    order = make.paid(services)
    services.orders.cancel(order.number, make.save(make.staff()), "no")
    [message] = messages(Topic.REFUND)
    for _ in range(3):
        services.refunds.give_back(**message.payload)
    [refund] = now(services, order).payment.refunds
    assert state(sandbox)["keys"][refund.idempotence_key]["requests"] == 1


def test_a_refund_whose_answer_is_lost_is_repeated_with_its_key(services, sandbox):
    order = make.paid(services)
    services.orders.cancel(order.number, make.save(make.staff()), "no")
    [message] = messages(Topic.REFUND)
    control(sandbox, fail_after=1)
    with pytest.raises(PaymentUnavailable):
        services.refunds.give_back(**message.payload)
    services.refunds.give_back(**message.payload)
    [refund] = now(services, order).payment.refunds
    assert refund.status is RefundStatus.SUCCEEDED
    assert sent(sandbox, refund) == 1


def test_money_for_somebody_who_is_forgotten_goes_back(services, late):
    """Nobody is left whom the books could be sent to."""
    order, provider_id = late
    with services.orders.transaction():
        services.orders.orders.locked(order.id).forget_person()
    services.payments.settle(provider_id)
    assert now(services, order).state is OrderState.CANCELLED
    assert "late_payment_released" in kinds(services, order)
