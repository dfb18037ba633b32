"""Steps of the staff and of the jobs."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import rule
from sqlalchemy import update

from shop.errors import Conflict, IllegalMove
from shop.extensions import db
from shop.models import Order, OrderState, OutboxMessage, Payment, PaymentStatus
from shop.models.columns import utcnow
from tests.integration.lives.ledger import discounted
from tests.integration.lives.world import ORDERS, PROMISED, TITLES, World, refused

NEXT = {
    OrderState.PAID: "pack",
    OrderState.PACKING: "ship",
    OrderState.SHIPPED: "deliver",
}
PRICES = st.sampled_from(["10.05", "499.99", "1333.35", "4000.00"])


class Duties(World):
    @rule(number=ORDERS, steps=st.integers(1, 3))
    def fulfil(self, number: str, steps: int) -> None:
        """Do what is next for an order, and all that is not next is refused."""
        orders, by = self.services.orders, self.staff
        moves = {
            "pack": partial(orders.start_packing, number, by),
            "ship": partial(orders.ship, number, by, "Post", "RA1"),
            "deliver": partial(orders.mark_delivered, number, by),
        }
        for _ in range(steps):
            due = NEXT.get(self.state_of(number))
            for name in sorted(moves, key=lambda name: name == due):
                with refused(None if name == due else IllegalMove):
                    moves[name]()
            if due == "ship":
                self._send(number)

    @rule(number=ORDERS)
    def cancel(self, number: str) -> None:
        with refused(None if self.state_of(number) in PROMISED else IllegalMove):
            self.services.orders.cancel(number, self.staff, "no")
            assert self.state_of(number) is OrderState.CANCELLED

    @rule(title=TITLES, counted=st.integers(0, 4))
    def recount(self, title: int, counted: int) -> None:
        """Copies came or went; promised ones cannot go."""
        known = self.titles[title]
        with refused(Conflict if counted < self.promised(known.book_id) else None):
            self.services.catalogue.recount(known.book_id, known.copies, counted, self.staff)
            known.copies = counted

    @rule(title=TITLES, list_price=PRICES, percent=st.sampled_from([0, 10, 33]))
    def reprice(self, title: int, list_price: str, percent: int) -> None:
        known, catalogue, price = self.titles[title], self.services.catalogue, Decimal(list_price)
        version = catalogue.get(known.book_id).version
        catalogue.reprice(known.book_id, version, price, percent, self.staff)
        known.price = discounted(price, percent)

    @rule(number=ORDERS)
    def expire(self, number: str) -> None:
        self.let_expire(number)

    def let_expire(self, number: str) -> None:
        """Its time is over, unless the money is held already."""
        before = self.services.orders.by_number(number)
        held = any(p.status is PaymentStatus.AUTHORISED for p in before.payments)
        waits = before.state is OrderState.PENDING_PAYMENT and not held
        past = utcnow() - timedelta(days=1)
        _change(update(Order).where(Order.number == number).values(expires_at=past))
        self.services.orders.expire_due()
        assert self.state_of(number) is (OrderState.CANCELLED if waits else before.state)

    @rule(job=st.sampled_from(["deliver outbox", "reconcile"]))
    def work(self, job: str) -> None:
        if job == "reconcile":
            self.reconcile()
        else:
            self.deliver_outbox()

    def deliver_outbox(self) -> None:
        _change(update(OutboxMessage).values(available_at=utcnow()))
        self.services.outbox.deliver_due()

    def reconcile(self) -> None:
        _change(update(Payment).values(updated_at=utcnow() - timedelta(hours=1)))
        self.services.payments.reconcile()
        self.services.refunds.reconcile()

    def _send(self, number: str) -> None:
        for book_id, (quantity, _) in self.sales[number].lines.items():
            self.title(book_id).copies -= quantity


def _change(statement: object) -> None:
    db.session.execute(statement)
    db.session.commit()
