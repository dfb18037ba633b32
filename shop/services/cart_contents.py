"""A cart as it can be shown and bought now."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from shop.models import Book

# The fiscal receipt has a hundred lines at most, and shipping is one of them:
# https://yookassa.ru/developers/api#create_payment_receipt
MOST_TITLES = 99


class LineProblem(StrEnum):
    """Why a line cannot be had as it stands."""

    WITHDRAWN = "withdrawn"
    NOT_OUT_YET = "not_out_yet"
    SOLD_OUT = "sold_out"
    TOO_MANY = "too_many"


@dataclass(frozen=True)
class CartLine:
    """One title in the cart, at the price of now."""

    book: Book
    quantity: int

    @property
    def price(self) -> Decimal:
        return self.book.price

    @property
    def total(self) -> Decimal:
        return self.book.price * self.quantity

    @property
    def available(self) -> int:
        return self.book.num_available

    @property
    def problem(self) -> LineProblem | None:
        if not self.book.is_on_sale:
            return LineProblem.WITHDRAWN
        if self.book.is_coming:
            return LineProblem.NOT_OUT_YET
        if self.available <= 0:
            return LineProblem.SOLD_OUT
        return LineProblem.TOO_MANY if self.quantity > self.available else None


@dataclass(frozen=True)
class Cart:
    """The cart as it can be shown and bought now.

    `removed` is the line that has just been taken out and can be put back, and `removed_before`
    how many of the lines stood before it.
    """

    lines: tuple[CartLine, ...] = ()
    removed: CartLine | None = None
    removed_before: int = 0

    @property
    def total(self) -> Decimal:
        return sum((line.total for line in self.lines), Decimal("0.00"))

    @property
    def count(self) -> int:
        """Copies, not titles."""
        return sum(line.quantity for line in self.lines)

    @property
    def is_empty(self) -> bool:
        return not self.lines

    @property
    def titles_too_many(self) -> int:
        """How many titles more there are than one order holds."""
        return max(len(self.lines) - MOST_TITLES, 0)

    @property
    def has_problems(self) -> bool:
        return any(line.problem for line in self.lines)
