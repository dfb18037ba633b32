"""The provider did what it was asked to and its answer was lost: nothing is lost or done twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
import requests

from dev.yookassa_sandbox.testing import control, pay, state
from shop.errors import PaymentUnavailable
from shop.extensions import db
from shop.models import OrderState, PaymentStatus
from shop.models.columns import utcnow
from tests import factories as make

pytestmark = pytest.mark.usefixtures("sandbox")


def now(services, order):
    return services.orders.by_number(order.number)


def quiet(services, order) -> None:
    """Nothing was heard of the order's payment for a while."""
    now(services, order).payment.updated_at = utcnow() - timedelta(minutes=5)
    db.session.commit()


def created(sandbox, order) -> list[str]:
    """What the provider made under the key of the order's payment."""
    done = state(sandbox)["keys"][order.payment.idempotence_key]["done"]
    return [each["object_id"] for each in done]


@pytest.fixture
def lost(services, sandbox):
    """An order whose payment the provider has made without our hearing of it."""
    order = make.order(services)
    control(sandbox, fail_after=1)
    with pytest.raises(PaymentUnavailable) as trouble:
        services.payments.start(order.number)
    assert trouble.value.unknown
    return order


def test_an_unknown_outcome_is_known_to_be_unknown(services, lost):
    order = now(services, lost)
    assert order.state is OrderState.PENDING_PAYMENT
    assert order.payment.outcome_unknown
    assert services.payments.look(order.number).payment.outcome_unknown


def test_trying_again_gets_the_same_payment(services, lost, sandbox):
    payment = services.payments.start(lost.number)
    assert created(sandbox, lost) == [payment.provider_payment_id]
    assert payment.confirmation_url


def test_the_webhook_may_be_faster_than_the_repeat(services, lost, sandbox):
    [provider_id] = created(sandbox, lost)
    pay(f"{sandbox.url}/checkout/{provider_id}")
    assert services.payments.settle(provider_id).status is PaymentStatus.CAPTURED
    order = now(services, lost)
    assert order.state is OrderState.PAID
    assert order.payment.provider_payment_id == provider_id


def test_the_repeat_after_such_a_webhook_finds_the_payment(services, lost, sandbox):
    [provider_id] = created(sandbox, lost)
    payment = services.payments.settle(provider_id)
    assert payment.provider_payment_id == provider_id
    assert services.payments.start(lost.number).confirmation_url.endswith(provider_id)
    assert created(sandbox, lost) == [provider_id]


def test_reconcile_finishes_with_the_same_key(services, lost, sandbox):
    quiet(services, lost)
    assert services.payments.reconcile() == 1
    assert created(sandbox, lost) == [now(services, lost).payment.provider_payment_id]


def test_reconcile_makes_a_payment_that_was_never_made(services, sandbox):
    order = make.order(services)
    control(sandbox, fail_before=1)
    with pytest.raises(PaymentUnavailable):
        services.payments.start(order.number)
    quiet(services, order)
    services.payments.reconcile()
    assert created(sandbox, order) == [now(services, order).payment.provider_payment_id]


def test_reconcile_finds_money_that_nobody_told_of(services):
    order = make.order(services)
    make.held(services, order)
    quiet(services, order)
    assert services.payments.reconcile() == 1
    assert now(services, order).state is OrderState.PAID
    assert services.payments.reconcile() == 0


def test_reconcile_finds_that_the_time_to_pay_is_over(services, sandbox):
    order = make.order(services)
    payment = services.payments.start(order.number)
    requests.post(
        f"{sandbox.url}/_control", json={"expire": payment.provider_payment_id}, timeout=9
    )
    quiet(services, order)
    services.payments.reconcile()
    payment = now(services, order).payment
    assert (payment.status, payment.cancellation_reason) == ("cancelled", "expired_on_confirmation")


def test_reconcile_leaves_those_alone_that_were_just_heard_of(services):
    make.held(services, make.order(services))
    assert services.payments.reconcile() == 0


def test_one_payment_in_trouble_does_not_stop_the_others(services, sandbox):
    orders = [make.order(services) for _ in range(3)]
    for order in orders:
        make.held(services, order)
        quiet(services, order)
    first = now(services, orders[0]).payment
    first.provider_payment_id = "nobody-has-this"
    db.session.commit()
    quiet(services, orders[0])
    assert services.payments.reconcile() == 3
    assert [now(services, order).state for order in orders[1:]] == [OrderState.PAID] * 2


def test_a_payment_in_trouble_goes_to_the_end_of_the_queue(services, sandbox):
    order = make.order(services)
    make.held(services, order)
    quiet(services, order)
    control(sandbox, fail_before=1)
    before = now(services, order).payment.updated_at
    services.payments.reconcile()
    assert now(services, order).payment.updated_at > before


def test_a_payment_that_does_not_match_does_not_stop_reconcile(services):
    order = make.order(services)
    make.held(services, order)
    quiet(services, order)
    now(services, order).currency = "USD"
    db.session.execute(db.text("UPDATE payments SET amount = amount + 1"))
    db.session.commit()
    assert services.payments.reconcile() == 1
    assert now(services, order).state is OrderState.PENDING_PAYMENT
