"""What the scheduled jobs do to orders, run by a worker process."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select, update

from dev.yookassa_sandbox.testing import pay, wait_until
from shop.extensions import db
from shop.gateways.queue import Task
from shop.models import Order, OrderState, Payment, StockRecord
from shop.models.columns import utcnow
from shop.web.services import services
from tests.jobs.workforce import PATIENCE

Place = Callable[..., Order]
Enqueue = Callable[[Task], None]


def state_of(order: Order) -> OrderState:
    db.session.rollback()
    return db.session.scalars(select(Order.state).where(Order.id == order.id)).one()


def promised() -> int:
    db.session.rollback()
    return db.session.scalars(select(StockRecord.num_allocated)).one()


def test_an_overdue_order_is_cancelled_and_its_copies_are_free_again(
    place: Place, enqueue: Enqueue
) -> None:
    order = place()
    assert promised() == 1
    db.session.execute(update(Order).values(expires_at=utcnow() - timedelta(seconds=1)))
    db.session.commit()
    enqueue(Task.EXPIRE_ORDERS)
    wait_until(lambda: state_of(order) is OrderState.CANCELLED, PATIENCE)
    assert promised() == 0


def test_a_payment_whose_notification_was_lost_is_settled(place: Place, enqueue: Enqueue) -> None:
    order = place()
    pay(str(services.payments.start(order.number).confirmation_url))
    db.session.execute(update(Payment).values(updated_at=utcnow() - timedelta(minutes=2)))
    db.session.commit()
    enqueue(Task.RECONCILE_PAYMENTS)
    wait_until(lambda: state_of(order) is OrderState.PAID, PATIENCE)
