"""Reports for staff: each a question to the database, asked with room to answer it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal

from shop.models import Order
from shop.repositories.base import Sessions
from shop.repositories.orders import OrderRepository
from shop.repositories.paging import Page
from shop.repositories.reports import (
    Dimension,
    Period,
    PeriodRepository,
    Ranked,
    Ranking,
    RankingRepository,
    Shelving,
    SlowMover,
    Span,
    StockValue,
    StockValueRepository,
    Unit,
    VatRepository,
    VatRow,
    give_room,
)
from shop.services.base import EntityBaseService


class ReportService(EntityBaseService[Order]):
    def __init__(
        self,
        session: Sessions,
        orders: OrderRepository,
        rankings: RankingRepository,
        periods: PeriodRepository,
        receipts: VatRepository,
        stock: StockValueRepository,
    ) -> None:
        super().__init__(session, orders)
        self.rankings = rankings
        self.periods = periods
        self.receipts = receipts
        self.stock = stock

    def by_period(self, unit: Unit, span: Span) -> Sequence[Period]:
        """Each day, week or month of the span, the first one first."""
        with self._reading():
            return self.periods.by(unit, span)

    def ranking(self, by: Dimension, span: Span, sort: str, page: int, limit: int) -> Ranking:
        """What sold in the span, by one of the things that a sale hangs on."""
        with self._reading():
            return self.rankings.page(by, span, sort, page, limit)

    def whole_ranking(self, by: Dimension, span: Span, sort: str) -> Iterator[Ranked]:
        """All rows of it, read as they are taken."""
        with self._reading():
            yield from self.rankings.all(by, span, sort)

    def vat(self, span: Span) -> Sequence[VatRow]:
        """What went through receipts in the span, by rate."""
        with self._reading():
            return self.receipts.by_rate(span)

    def stock_value(
        self, by: Shelving, sort: str, page: int, limit: int
    ) -> tuple[Page[StockValue], StockValue]:
        """What the stock is worth now; and all of it, each title counted once."""
        with self._reading():
            return self.stock.value(by, sort, page, limit)

    def whole_stock_value(self, by: Shelving, sort: str) -> Iterator[StockValue]:
        """All rows of it."""
        with self._reading():
            yield from self.stock.all_values(by, sort)

    def slow_movers(
        self, since: datetime, sort: str, page: int, limit: int
    ) -> tuple[Page[SlowMover], Decimal]:
        """Books in stock, there before `since` and not sold since; and what all are worth."""
        with self._reading():
            return self.stock.slow_movers(since, sort, page, limit)

    def all_slow_movers(self, since: datetime, sort: str) -> Iterator[SlowMover]:
        """All of them, read as they are taken."""
        with self._reading():
            yield from self.stock.all_slow_movers(since, sort)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with self.transaction():
            give_room(self.session)
            yield
