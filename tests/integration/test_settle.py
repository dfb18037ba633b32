"""settle(): the provider's news of a payment become the shop's state, once."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from dev.yookassa_sandbox.testing import control, pay, state
from shop.errors import Conflict, NotFound
from shop.models import OrderState, PaymentStatus
from shop.models.columns import utcnow
from shop.services.outbox import Topic
from shop.services.payments import PaymentMismatch
from tests import factories as make
from tests.rivals import at_once
from tests.stored import allocated, messages

pytestmark = pytest.mark.usefixtures("sandbox")


def now(services, order):
    return services.orders.by_number(order.number)


def kinds(services, order) -> list[str]:
    return [event.kind for event in now(services, order).events]


def mails(order) -> list[str]:
    return [m.dedupe_key for m in messages(Topic.MAIL) if m.payload["order_id"] == order.id]


def test_a_payment_nobody_paid_yet_changes_nothing(services):
    order = make.order(services)
    payment = services.payments.start(order.number)
    assert services.payments.settle(payment.provider_payment_id).status is PaymentStatus.PENDING
    assert now(services, order).state is OrderState.PENDING_PAYMENT
    assert kinds(services, order) == ["placed"]


def test_held_money_is_taken_and_the_order_is_paid(services, sandbox):
    order = make.order(services)
    provider_id = make.held(services, order)
    assert services.payments.settle(provider_id).status is PaymentStatus.CAPTURED
    order = now(services, order)
    assert order.state is OrderState.PAID
    assert order.paid_at is not None
    assert kinds(services, order) == ["placed", "payment_authorised", "paid"]
    assert mails(order) == [f"placed-{order.id}", f"paid-{order.id}"]
    assert state(sandbox)["objects"][provider_id]["capture_payment"] == 1


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [("decline", "insufficient_funds"), ("fail-3ds", "3d_secure_failed")],
)
def test_a_refused_card_is_noted_and_the_order_waits(services, outcome, reason):
    order = make.order(services)
    payment = services.payments.start(order.number)
    pay(payment.confirmation_url, outcome)
    payment = services.payments.settle(payment.provider_payment_id)
    assert (payment.status, payment.cancellation_reason) == (PaymentStatus.CANCELLED, reason)
    assert now(services, order).state is OrderState.PENDING_PAYMENT
    event = now(services, order).events[-1]
    assert (event.kind, event.note) == ("payment_cancelled", reason)
    assert allocated(services.catalogue.get(order.lines[0].book_id)) == 1


def test_after_a_refused_card_one_can_pay_again(services):
    order = make.order(services)
    first = services.payments.start(order.number)
    pay(first.confirmation_url, "decline")
    second = services.payments.start(order.number)
    assert second.provider_payment_id != first.provider_payment_id
    pay(second.confirmation_url)
    services.payments.settle(second.provider_payment_id)
    services.payments.settle(first.provider_payment_id)
    assert now(services, order).state is OrderState.PAID
    assert [p.status for p in now(services, order).payments] == ["cancelled", "captured"]


def test_repeats_do_nothing(services, sandbox):
    order = make.order(services)
    provider_id = make.held(services, order)
    services.payments.settle(provider_id)
    before = (kinds(services, order), mails(order), now(services, order).version)
    for _ in range(3):
        assert services.payments.settle(provider_id).status is PaymentStatus.CAPTURED
    assert (kinds(services, order), mails(order), now(services, order).version) == before


def test_news_that_come_late_do_not_move_anything_back(services):
    order = make.order(services)
    provider_id = make.held(services, order)
    held = services.payments.gateway.read(provider_id)
    services.payments.settle(provider_id)
    for status in (PaymentStatus.AUTHORISED, PaymentStatus.PENDING, PaymentStatus.CANCELLED):
        services.payments._apply(replace(held, status=status))
    assert now(services, order).state is OrderState.PAID
    assert now(services, order).payment.status is PaymentStatus.CAPTURED


def test_thirty_settles_at_once_are_one_capture_and_one_mail(app, services, sandbox):
    order = make.order(services)
    provider_id = make.held(services, order)
    outcomes = at_once(app, 30, lambda _: services.payments.settle(provider_id))
    assert {payment.status for payment in outcomes} == {PaymentStatus.CAPTURED}
    assert kinds(services, order) == ["placed", "payment_authorised", "paid"]
    assert mails(order) == [f"placed-{order.id}", f"paid-{order.id}"]
    assert state(sandbox)["objects"][provider_id]["capture_payment"] == 1


@pytest.mark.parametrize(
    "other",
    [
        {"amount": Decimal("0.01")},
        {"currency": "USD"},
        {"reference": {"order_number": "2222-2222", "payment": "1"}},
        {"reference": {}},
    ],
    ids=["amount", "currency", "order", "no reference"],
)
def test_a_payment_that_is_not_what_was_asked_for_changes_nothing(services, other, caplog):
    order = make.order(services)
    held = services.payments.gateway.read(make.held(services, order))
    with pytest.raises(PaymentMismatch):
        services.payments._apply(replace(held, **other))
    assert now(services, order).state is OrderState.PENDING_PAYMENT
    assert now(services, order).payment.status is PaymentStatus.PENDING
    assert kinds(services, order) == ["placed"]
    assert any(record.levelname == "ERROR" for record in caplog.records)


def test_somebody_elses_payment_cannot_stand_for_ours(services):
    cheap = make.order(services)
    dear = make.order(services, make.save(make.book(list_price=Decimal("9000.00"))))
    paid = services.payments.gateway.read(make.held(services, cheap))
    stolen = {"order_number": dear.number, "payment": str(dear.payment.id)}
    with pytest.raises(PaymentMismatch):
        services.payments._apply(replace(paid, reference=stolen))
    assert now(services, dear).state is OrderState.PENDING_PAYMENT


@pytest.mark.parametrize("provider_id", ["none", "../me", "\x00", "x" * 500])
def test_a_payment_that_the_provider_does_not_have_is_not_found(services, provider_id):
    with pytest.raises(NotFound):
        services.payments.settle(provider_id)


@pytest.mark.parametrize("payment", ["", "x", "0", "-1", "99999999999999999999"])
def test_a_payment_that_is_not_ours_is_not_found(services, payment):
    order = make.order(services)
    held = services.payments.gateway.read(make.held(services, order))
    with pytest.raises(NotFound):
        services.payments._apply(replace(held, id="other", reference={"payment": payment}))


def test_an_open_attempt_is_used_again(services, sandbox):
    order = make.order(services)
    first, second = (services.payments.start(order.number) for _ in range(2))
    assert first.confirmation_url == second.confirmation_url
    assert state(sandbox)["keys"][first.idempotence_key]["requests"] == 1
    assert len(now(services, order).payments) == 1


def test_a_hurried_shopper_gets_one_payment(app, services, sandbox):
    order = make.order(services)
    payments = at_once(app, 6, lambda _: services.payments.start(order.number))
    assert len({payment.provider_payment_id for payment in payments}) == 1
    key = now(services, order).payment.idempotence_key
    assert [done["kind"] for done in state(sandbox)["keys"][key]["done"]] == ["create_payment"]


def test_an_order_that_does_not_wait_takes_no_payment(services):
    order = make.paid(services)
    with pytest.raises(Conflict):
        services.payments.start(order.number)
    assert len(now(services, order).payments) == 1


def test_starting_to_pay_what_is_paid_already_shows_the_captured_payment(services):
    order = make.order(services)
    make.held(services, order)
    assert services.payments.start(order.number).status is PaymentStatus.CAPTURED
    assert now(services, order).state is OrderState.PAID


def test_the_receipt_adds_up_with_shipping(services, sandbox):
    book = make.save(make.book(list_price=Decimal("333.33"), discount_percent=7))
    address = {"city": "Тверь", "street": "Советская, 1", "postal_code": "170100"}
    order = make.order(services, book, quantity=3, shipping_method="courier", **address)
    # The provider refuses a receipt whose lines do not come to the amount.
    assert services.payments.start(order.number).amount == order.total


def test_coming_back_from_the_payment_page_asks_the_provider(services):
    order = make.order(services)
    assert services.payments.look(order.number).state is OrderState.PENDING_PAYMENT
    make.held(services, order)
    assert services.payments.look(order.number).state is OrderState.PAID
    assert services.payments.look(order.number).state is OrderState.PAID


def test_a_capture_that_fails_is_tried_again_from_the_outbox(services, sandbox):
    order = make.order(services)
    provider_id = make.held(services, order)
    control(sandbox, fail_before=1)
    assert services.payments.settle(provider_id).status is PaymentStatus.AUTHORISED
    [message] = messages(Topic.CAPTURE)
    assert message.available_at > utcnow()  # the one at once comes first
    services.payments.capture(**message.payload)
    assert now(services, order).state is OrderState.PAID


def test_a_capture_whose_answer_is_lost_is_not_done_twice(services, sandbox):
    order = make.order(services)
    provider_id = make.held(services, order)
    control(sandbox, fail_after=1)
    services.payments.settle(provider_id)
    assert services.payments.settle(provider_id).status is PaymentStatus.CAPTURED
    assert now(services, order).state is OrderState.PAID
    assert state(sandbox)["objects"][provider_id]["capture_payment"] == 1
