"""The first page of staff: what sold, what waits, what is nearly gone, what does not add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shop.models import Order, OrderState
from shop.models.columns import utcnow
from shop.repositories.base import Sessions
from shop.repositories.orders import OrderRepository
from shop.repositories.reports import Period, PeriodRepository, Span, Unit
from shop.repositories.reports.desk import BestSold, DeskRepository, Difference, LowStock, SoFar
from shop.services.base import EntityBaseService

SHOWN = 8
WEEK = timedelta(days=7)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Sales:
    """Today beside yesterday until the same time of day, and the month day by day."""

    today: SoFar
    yesterday: SoFar
    days: Sequence[Period]


class DeskService(EntityBaseService[Order]):
    def __init__(
        self,
        session: Sessions,
        orders: OrderRepository,
        desk: DeskRepository,
        periods: PeriodRepository,
    ) -> None:
        super().__init__(session, orders)
        self.desk = desk
        self.periods = periods

    def sales(self, month: Span) -> Sales:
        """Of today, and of the month until today."""
        now, midnight = utcnow(), month.begins(month.now.last)
        with self.transaction():
            return Sales(
                self.desk.sold(midnight, now),
                self.desk.sold(midnight - DAY, now - DAY),
                self.periods.by(Unit.DAY, month),
            )

    def oldest(self) -> dict[OrderState, datetime]:
        """When the order that waits longest in each state was placed."""
        with self.transaction():
            return self.desk.oldest()

    def low_stock(self, threshold: int) -> Sequence[LowStock]:
        with self.transaction():
            return self.desk.low_stock(threshold, SHOWN)

    def best_sold(self) -> Sequence[BestSold]:
        """Of the last seven days."""
        with self.transaction():
            return self.desk.best_sold(utcnow() - WEEK, SHOWN)

    def differences(self) -> Sequence[Difference]:
        """What YooKassa and the shop do not agree on."""
        with self.transaction():
            return self.desk.differences(SHOWN)
