"""What staff narrow their list of books by, beside what everybody may ask."""

from __future__ import annotations

from enum import StrEnum

from pydantic import PrivateAttr
from sqlalchemy import ColumnElement, Integer, cast, func, select

from shop.models import Book, Image, Setting, StockRecord
from shop.repositories.book_filters import HOPS, ORDER, BookFilters
from shop.repositories.filters import Criterion

# So few copies are few, until staff choose another number.
LOW = 3


class Stock(StrEnum):
    THERE = "there"
    LOW = "low"
    SOLD_OUT = "sold_out"


class StaffBookFilters(BookFilters, entity=Book, order=ORDER, hops=HOPS):
    """All books, drafts and what is withdrawn among them."""

    stock: Stock | None = None
    has_cover: bool | None = None
    has_description: bool | None = None

    _for_staff: bool = PrivateAttr(True)

    @staticmethod
    def filter_stock(stock: Stock) -> Criterion:
        """By the copies that are promised to nobody."""
        free = StockRecord.num_available
        if stock is Stock.THERE:
            return Book.stock.has(free > 0)
        if stock is Stock.LOW:
            return Book.stock.has(free.between(1, _low()))
        return Book.stock.has(free <= 0)

    @staticmethod
    def filter_has_cover(value: bool) -> Criterion:
        covered = Book.images.any(Image.folder.is_not(None))
        return covered if value else ~covered

    @staticmethod
    def filter_has_description(value: bool) -> Criterion:
        return Book.description != "" if value else Book.description == ""


def _low() -> ColumnElement[int]:
    """The number of copies that staff have set, whatever a process remembers of it."""
    chosen = select(cast(Setting.value, Integer)).where(Setting.key == "low_stock_threshold")
    return func.coalesce(chosen.scalar_subquery(), LOW)
