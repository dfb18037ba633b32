"""Numbers about orders, payments, messages and stock, for whoever watches over the shop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shop.models import OrderState, OutboxMessage, PaymentStatus
from shop.models.columns import utcnow
from shop.repositories.base import Sessions, statement_timeout
from shop.repositories.outbox import OutboxRepository
from shop.repositories.readings import Lane, ReadingRepository
from shop.services.base import EntityBaseService

# All of them take some milliseconds; where they do not, PostgreSQL has better things to do.
PATIENCE = 2  # seconds for each statement


@dataclass(frozen=True)
class StoreReading:
    """As of the moment `at`. What is `lately` is of the last hour."""

    at: datetime
    outbox: Sequence[Lane]
    waiting_orders: Mapping[OrderState, tuple[int, datetime | None]]
    orders_lately: Mapping[OrderState, int]
    open_payments: Mapping[PaymentStatus, int]
    payments_lately: Mapping[PaymentStatus, int]
    oversold: int


class ReadingService(EntityBaseService[OutboxMessage]):
    def __init__(
        self, session: Sessions, outbox: OutboxRepository, readings: ReadingRepository
    ) -> None:
        super().__init__(session, outbox)
        self.readings = readings

    def stores(self) -> StoreReading:
        """Out of PostgreSQL, at one moment."""
        now, ask = utcnow(), self.readings
        with self.transaction(), statement_timeout(self.session, PATIENCE):
            return StoreReading(
                now,
                ask.outbox(now),
                ask.waiting_orders(),
                ask.orders_lately(now),
                ask.open_payments(),
                ask.payments_lately(now),
                ask.oversold(),
            )
