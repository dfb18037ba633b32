"""What the shop must hold, kept in plain Python beside it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from shop.services.checkout_details import CheckoutDetails

KOPECK = Decimal("0.01")
COSTS = {"pickup": Decimal(0), "courier": Decimal(390)}
FREE_FROM = Decimal(4000)


@dataclass
class Title:
    """A book. `copies` are all that are in the house, the promised ones among them."""

    book_id: int
    copies: int
    price: Decimal


@dataclass(frozen=True)
class Sale:
    """An order as it was placed; its lines can change until somebody begins to pay.

    `lines` has quantity and price of one by the id of the book.
    """

    number: str
    form: CheckoutDetails
    user_id: int | None
    lines: dict[int, tuple[int, Decimal]]
    shipping: Decimal

    @property
    def total(self) -> Decimal:
        return worth(self.lines) + self.shipping


@dataclass(frozen=True)
class Page:
    """A page at the provider where an order can be paid."""

    number: str
    provider_id: str
    url: str


def discounted(list_price: Decimal, percent: int) -> Decimal:
    return (list_price * (100 - percent) / 100).quantize(KOPECK, ROUND_HALF_UP)


def worth(lines: dict[int, tuple[int, Decimal]]) -> Decimal:
    return sum((quantity * price for quantity, price in lines.values()), Decimal(0))


def shipping_cost(items: Decimal, method: str) -> Decimal:
    return Decimal(0) if items >= FREE_FROM else COSTS[method]
