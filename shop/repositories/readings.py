"""Numbers about the shop that are read again and again: each is a short walk along an index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, text

from shop.models import Order, OrderState, Payment, PaymentStatus, StockRecord
from shop.models.payments import OPEN
from shop.repositories.base import Sessions
from shop.repositories.order_queue import WAITING
from shop.repositories.outbox import MANY_TRIES
from shop.repositories.paging import MOST_COUNTED

LATELY = timedelta(hours=1)
# Of payments there is no index by time: the latest of all are looked at, and those of the hour
# among them counted.
LATEST_PAYMENTS = 5_000


@dataclass(frozen=True)
class Lane:
    """Messages of one topic that are not delivered. `since` is when the oldest was to go out."""

    topic: str
    waiting: int
    failing: int
    since: datetime | None


OUTBOX = text("""
    SELECT topic, count(*), count(*) FILTER (WHERE attempts >= :many),
           -- One that was never tried is late from the moment when it may go out.
           min(CASE WHEN attempts > 0 THEN created_at ELSE available_at END)
             FILTER (WHERE attempts > 0 OR available_at <= :now)
    FROM (
        SELECT topic, attempts, created_at, available_at FROM outbox
        WHERE delivered_at IS NULL ORDER BY available_at LIMIT :most
    ) AS undelivered GROUP BY topic
""")
WAITING_ORDERS = text(
    " UNION ALL ".join(
        f"SELECT '{state}', count(*), min(placed_at) FROM (SELECT placed_at FROM orders"  # noqa: S608
        f" WHERE state = '{state}' ORDER BY placed_at LIMIT :most) AS oldest"
        for state in WAITING
    )
)


class ReadingRepository:
    def __init__(self, session: Sessions) -> None:
        self.session = session

    def outbox(self, now: datetime) -> Sequence[Lane]:
        """By topic, out of the first 10,000 that are not delivered."""
        given = {"many": MANY_TRIES, "now": now, "most": MOST_COUNTED}
        return [Lane(*row) for row in self.session.execute(OUTBOX, given)]

    def waiting_orders(self) -> dict[OrderState, tuple[int, datetime | None]]:
        """How many wait for somebody in each state, 10,000 at most, and since when the first."""
        rows = self.session.execute(WAITING_ORDERS, {"most": MOST_COUNTED})
        return {OrderState(state): (number, oldest) for state, number, oldest in rows}

    def orders_lately(self, now: datetime) -> dict[OrderState, int]:
        """Orders placed within the hour, by the state that they are in."""
        query = (
            select(Order.state, func.count())
            .where(Order.state.in_(list(OrderState)), Order.placed_at > now - LATELY)
            .group_by(Order.state)
        )
        return dict.fromkeys(OrderState, 0) | dict(self.session.execute(query).all())

    def open_payments(self) -> dict[PaymentStatus, int]:
        """Payments whose outcome is to come."""
        # Said as the index of open payments says it, which then answers.
        query = (
            select(Payment.status, func.count())
            .where(text("status IN ('pending', 'authorised')"))
            .group_by(Payment.status)
        )
        return dict.fromkeys(OPEN, 0) | dict(self.session.execute(query).all())

    def payments_lately(self, now: datetime) -> dict[PaymentStatus, int]:
        """Payments begun within the hour, by their status."""
        latest = (
            select(Payment.status, Payment.created_at)
            .order_by(Payment.id.desc())
            .limit(LATEST_PAYMENTS)
            .subquery()
        )
        query = (
            select(latest.c.status, func.count())
            .where(latest.c.created_at > now - LATELY)
            .group_by(latest.c.status)
        )
        return dict.fromkeys(PaymentStatus, 0) | dict(self.session.execute(query).all())

    def oversold(self) -> int:
        """Books of which more copies are promised than there are; constraints let none happen."""
        query = select(func.count()).where(StockRecord.num_available < 0)
        return self.session.scalar(query) or 0
