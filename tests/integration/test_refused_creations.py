"""The provider refuses to begin a payment: that attempt is over, and the next has its own key."""

from __future__ import annotations

import pytest

from shop.errors import PaymentUnavailable
from shop.models import OrderState, PaymentStatus
from tests import factories as make

pytestmark = pytest.mark.usefixtures("sandbox")


@pytest.fixture
def refused(services, another_shop):
    """An order whose first attempt went to the provider with a wrong password."""
    order = make.order(services)
    wrong = another_shop(yookassa_secret_key="not the password")
    with wrong.app_context(), pytest.raises(PaymentUnavailable) as trouble:
        wrong.extensions["services"].payments.start(order.number)
    assert not trouble.value.unknown
    return order


def now(services, order):
    return services.orders.by_number(order.number)


def test_the_attempt_is_over_and_the_order_waits(services, refused):
    order = now(services, refused)
    assert order.state is OrderState.PENDING_PAYMENT
    assert order.payment.status is PaymentStatus.CANCELLED
    assert [event.kind for event in order.events] == ["placed", "payment_cancelled"]


def test_reconcile_leaves_it_alone(services, refused):
    assert services.payments.reconcile() == 0


def test_the_next_attempt_has_a_key_of_its_own(services, refused):
    payment = services.payments.start(refused.number)
    first, second = now(services, refused).payments
    assert payment.id == second.id
    assert first.idempotence_key != second.idempotence_key
    assert payment.confirmation_url


def test_the_order_can_be_paid_after_it(services, refused):
    services.payments.settle(make.held(services, refused))
    assert now(services, refused).state is OrderState.PAID
