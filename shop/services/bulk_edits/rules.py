"""What a bulk edit does to a book: the same rule for each of them, worked out to the kopeck."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shop.models import BookStatus
from shop.models.columns import LARGEST_INTEGER
from shop.repositories.filters import Int

KOPECK = Decimal("0.01")
CHEAPEST, DEAREST = Decimal(1), Decimal("99999999.99")
MOST_COPIES = LARGEST_INTEGER
# From here on a change of what shoppers pay is worth a second look, in parts of it.
HALF, TWICE = Decimal("0.5"), Decimal(2)
DEEP_DISCOUNT = 50


class PriceChange(StrEnum):
    SET = "set"
    PERCENT = "percent"
    AMOUNT = "amount"


class Rounding(StrEnum):
    """What a price that was worked out is rounded to, half up."""

    KOPECK = "kopeck"
    ROUBLE = "rouble"
    TEN = "ten"
    # The nearest that ends in 9: 499, 1 249.
    NINE = "nine"


ROUNDED: dict[Rounding, Callable[[Decimal], Decimal]] = {
    Rounding.KOPECK: lambda price: price.quantize(KOPECK, ROUND_HALF_UP),
    Rounding.ROUBLE: lambda price: price.quantize(Decimal(1), ROUND_HALF_UP),
    Rounding.TEN: lambda price: (price / 10).quantize(Decimal(1), ROUND_HALF_UP) * 10,
    # Between two that are as near, the higher one; there is none below 9.
    Rounding.NINE: lambda price: max(
        ((price + 6) / 10).quantize(Decimal(1), ROUND_FLOOR) * 10 - 1, Decimal(9)
    ),
}


class StockChange(StrEnum):
    SET = "set"
    ADD = "add"


class PriceRule(BaseModel):
    """Roubles for `set` and `amount`; `percent` and `amount` may be below zero."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    how: PriceChange
    value: Annotated[Decimal, Field(max_digits=10, decimal_places=2)]
    rounding: Rounding = Rounding.KOPECK

    def applied(self, price: Decimal) -> Decimal:
        if self.how is PriceChange.SET:
            return self.value.quantize(KOPECK)
        raised = price * (100 + self.value) / 100
        reckoned = raised if self.how is PriceChange.PERCENT else price + self.value
        return ROUNDED[self.rounding](reckoned).quantize(KOPECK)


class StockRule(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    how: StockChange
    copies: Annotated[int, Field(ge=-MOST_COPIES, le=MOST_COPIES)]

    def applied(self, copies: int) -> int:
        return self.copies if self.how is StockChange.SET else copies + self.copies


class Rule(BaseModel):
    """All that is asked for; None and nothing leave a book as it is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    price: PriceRule | None = None
    discount_percent: Annotated[int, Field(ge=0, le=90)] | None = None
    status: BookStatus | None = None
    stock: StockRule | None = None
    add_categories: tuple[Int, ...] = ()
    remove_categories: tuple[Int, ...] = ()

    @model_validator(mode="after")
    def _once(self) -> Rule:
        if set(self.add_categories) & set(self.remove_categories):
            raise ValueError("a category is added or removed, not both")
        return self

    @property
    def asks_for_nothing(self) -> bool:
        return self == Rule()

    @property
    def files(self) -> bool:
        """Whether books get other categories."""
        return bool(self.add_categories or self.remove_categories)


@dataclass(frozen=True)
class Facts:
    """What a rule needs to know of a book."""

    title: str
    list_price: Decimal
    discount_percent: int
    status: BookStatus
    num_in_stock: int
    num_allocated: int
    has_cover: bool
    has_description: bool
    category_ids: tuple[int, ...] = ()

    @property
    def price(self) -> Decimal:
        """What a shopper pays, as the database works it out."""
        return (self.list_price * (100 - self.discount_percent) / 100).quantize(
            KOPECK, ROUND_HALF_UP
        )

    def plain(self) -> dict[str, Any]:
        """What can be changed, as JSON and the trail have it."""
        return {
            "list_price": str(self.list_price),
            "discount_percent": self.discount_percent,
            "status": str(self.status),
            "num_in_stock": self.num_in_stock,
            "category_ids": list(self.category_ids),
        }


@dataclass(frozen=True)
class Change:
    """What a rule makes of a book: what changes, what is odd about it, why it cannot be."""

    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    impossible: str = ""


def change(rule: Rule, facts: Facts) -> Change:
    """The book under the rule; nothing changes where it is so already."""
    price = rule.price.applied(facts.list_price) if rule.price else facts.list_price
    discount = facts.discount_percent
    if rule.discount_percent is not None:
        discount = rule.discount_percent
    status = rule.status or facts.status
    copies = rule.stock.applied(facts.num_in_stock) if rule.stock else facts.num_in_stock
    kept = set(facts.category_ids) - set(rule.remove_categories)
    filed = tuple(sorted(kept | set(rule.add_categories)))
    wanted = Facts(
        title=facts.title,
        list_price=price,
        discount_percent=discount,
        status=status,
        num_in_stock=copies,
        num_allocated=facts.num_allocated,
        has_cover=facts.has_cover,
        has_description=facts.has_description,
        category_ids=filed if rule.files else facts.category_ids,
    )
    old, new = facts.plain(), wanted.plain()
    changed = [name for name in old if old[name] != new[name]]
    return Change(
        {name: old[name] for name in changed},
        {name: new[name] for name in changed},
        tuple(_warnings(facts, wanted)),
        _impossible(wanted) if changed else "",
    )


def _impossible(wanted: Facts) -> str:
    """What the shop cannot do, in a word; "" where it can."""
    if wanted.list_price < CHEAPEST or wanted.price < KOPECK:
        return "too_cheap"
    if wanted.list_price > DEAREST:
        return "too_dear"
    if wanted.num_in_stock < 0:
        return "below_zero"
    if wanted.num_in_stock > MOST_COPIES:
        return "too_many"
    if wanted.num_in_stock < wanted.num_allocated:
        return "promised"
    return ""


def _warnings(facts: Facts, wanted: Facts) -> list[str]:
    """What is possible and still looks like a slip, each in a word."""
    comes_on_sale = wanted.status is BookStatus.ON_SALE is not facts.status
    leaves = facts.status is BookStatus.ON_SALE is not wanted.status
    odd = {
        "halved": wanted.price < facts.price * HALF,
        "doubled": wanted.price > facts.price * TWICE,
        "deep_discount": wanted.discount_percent > DEEP_DISCOUNT >= facts.discount_percent,
        "sold_out": wanted.num_in_stock == 0 < facts.num_in_stock,
        "no_cover": comes_on_sale and not facts.has_cover,
        "no_description": comes_on_sale and not facts.has_description,
        "still_promised": leaves and facts.num_allocated > 0,
        "no_category": bool(facts.category_ids) and not wanted.category_ids,
    }
    return [name for name, is_so in odd.items() if is_so]
