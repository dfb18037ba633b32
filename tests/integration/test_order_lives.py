"""Whatever happens to orders, in whatever sequence: copies and roubles are all accounted for."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from decimal import Decimal

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update

from dev.yookassa_sandbox.testing import DEADLINE, control
from shop.errors import Conflict, NotFound
from shop.extensions import db
from shop.models import (
    Book,
    Order,
    OrderState,
    OutboxMessage,
    Payment,
    PaymentStatus,
    RefundStatus,
    User,
)
from shop.models.columns import utcnow
from shop.services.registry import Services
from tests import factories as make
from tests.stored import messages, stock

COPIES = 3
PROMISED = {OrderState.PENDING_PAYMENT, OrderState.PAID, OrderState.PACKING}
SENT = {OrderState.SHIPPED, OrderState.DELIVERED}


class Life:
    """A shop with two books, where things happen in any order."""

    def __init__(self, services: Services, sandbox, staff: User) -> None:
        self.services, self.sandbox, self.staff = services, sandbox, staff
        self.books: list[Book] = [make.save(make.book(stock=COPIES)) for _ in range(2)]
        self.numbers: list[str] = []

    def orders(self) -> list[Order]:
        return [self.services.orders.by_number(number) for number in self.numbers]

    def place(self, which: int) -> None:
        books = self.books if which % 3 == 0 else [self.books[which % 2]]
        self.numbers.append(make.order(self.services, *books).number)

    def pay(self, order: Order) -> None:
        """The shopper pays and does not come back."""
        url = self.services.payments.start(order.number).confirmation_url
        requests.post(f"{url}/succeed", timeout=DEADLINE, allow_redirects=False)

    def decline(self, order: Order) -> None:
        url = self.services.payments.start(order.number).confirmation_url
        requests.post(f"{url}/decline", timeout=DEADLINE, allow_redirects=False)

    def hear(self, order: Order) -> None:
        self.services.payments.settle(str(order.payment.provider_payment_id))

    def hear_without_capture(self, order: Order) -> None:
        """The provider stumbles when it is asked to take the money."""
        control(self.sandbox, fail_after=1)
        try:
            self.hear(order)
        finally:
            control(self.sandbox, reset=True)

    def expire(self, order: Order) -> None:
        db.session.execute(
            update(Order).where(Order.id == order.id).values(expires_at=utcnow() - timedelta(1))
        )
        db.session.commit()
        self.services.orders.expire_due()

    def pack(self, order: Order) -> None:
        self.services.orders.start_packing(order.number, self.staff)

    def ship(self, order: Order) -> None:
        self.services.orders.ship(order.number, self.staff, "Post", "1")

    def cancel(self, order: Order) -> None:
        self.services.orders.cancel(order.number, self.staff, "no")

    def deliver(self, _: Order | None = None) -> None:
        db.session.execute(update(OutboxMessage).values(available_at=utcnow()))
        db.session.commit()
        self.services.outbox.deliver_due()

    def forget(self) -> None:
        """Make room for the next life."""
        db.session.rollback()
        for entity in (Order, OutboxMessage, Book):
            db.session.execute(delete(entity))
        db.session.commit()

    def settle_down(self) -> None:
        """Everything that jobs do in the end."""
        db.session.execute(update(Payment).values(updated_at=utcnow() - timedelta(hours=1)))
        db.session.commit()
        self.services.payments.reconcile()
        self.deliver()

    def copies_are_accounted_for(self) -> None:
        lines = [(line.book_id, line.quantity, o.state) for o in self.orders() for line in o.lines]
        for book in self.books:
            promised = sum(n for key, n, state in lines if key == book.id and state in PROMISED)
            sent = sum(n for key, n, state in lines if key == book.id and state in SENT)
            assert stock(book) == (COPIES - sent, promised)

    def roubles_are_accounted_for(self) -> None:
        assert all(message.delivered_at for message in messages())
        for order in self.orders():
            taken = [p for p in order.payments if p.status is PaymentStatus.CAPTURED]
            returned = [r for p in taken for r in p.refunds if r.status is RefundStatus.SUCCEEDED]
            kept = sum((p.amount for p in taken), Decimal(0)) - sum(r.amount for r in returned)
            owed = order.total if order.state in {OrderState.PAID, OrderState.PACKING, *SENT} else 0
            assert kept == owed
            assert not any(p.status is PaymentStatus.AUTHORISED for p in order.payments)


STEPS = (
    ["pay"] * 3
    + ["hear"] * 3
    + ["pack", "ship", "cancel", "expire", "decline", "hear_without_capture", "deliver"]
)


@pytest.fixture
def staff(services) -> User:
    return make.save(make.staff())


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    first=st.integers(0, 5),
    steps=st.lists(
        st.tuples(st.sampled_from(["place", *STEPS]), st.integers(0, 5)), min_size=4, max_size=12
    ),
)
def test_nothing_is_lost_and_nothing_is_done_twice(services, sandbox, staff, first, steps):
    life = Life(services, sandbox, staff)
    try:
        life.place(first)
        for name, which in steps:
            subject = which if name == "place" else life.orders()[which % len(life.numbers)]
            with contextlib.suppress(Conflict, NotFound):
                getattr(life, name)(subject)
            life.copies_are_accounted_for()
        life.settle_down()
        life.copies_are_accounted_for()
        life.roubles_are_accounted_for()
    finally:
        life.forget()
