"""Reports: what sold, how much VAT is in it, what lies on the shelves. PostgreSQL adds up."""

from shop.repositories.reports.periods import Period, PeriodRepository, Unit
from shop.repositories.reports.rankings import (
    SORTS,
    Dimension,
    Ranked,
    Ranking,
    RankingRepository,
)
from shop.repositories.reports.room import give_room
from shop.repositories.reports.spans import Days, Span
from shop.repositories.reports.stock_value import (
    SLOW_SORTS,
    VALUE_SORTS,
    Shelving,
    SlowMover,
    StockValue,
    StockValueRepository,
)
from shop.repositories.reports.vat import VatRepository, VatRow

__all__ = [
    "SLOW_SORTS",
    "SORTS",
    "VALUE_SORTS",
    "Days",
    "Dimension",
    "Period",
    "PeriodRepository",
    "Ranked",
    "Ranking",
    "RankingRepository",
    "Shelving",
    "SlowMover",
    "Span",
    "StockValue",
    "StockValueRepository",
    "Unit",
    "VatRepository",
    "VatRow",
    "give_room",
]
