"""What staff type to change many books at once."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any

from flask_babel import lazy_gettext as _l
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shop.errors import FieldError, Invalid
from shop.models import BookStatus
from shop.models.columns import LARGEST_INTEGER
from shop.services.bulk_edits import PriceChange, PriceRule, Rounding, Rule, StockChange, StockRule
from shop.views.admin import book_values
from shop.web.forms import LOOK_AGAIN, Blank, Typed

MESSAGES = {
    "price_value": _l("Type a number such as 10, 12.5 or −50."),
    "discount_percent": book_values.MESSAGES["discount_percent"],
    "stock_copies": _l("Type how many copies: a whole number."),
    "version": _l("Look at it again before you go on."),
}
BOTH = _l("One category cannot be added and removed at once.")
BELOW_ZERO = _l("A price is a rouble or more.")
NO_FEWER = _l("There cannot be fewer than no copies. Choose “Add” to take copies away.")


class RuleForm(BaseModel):
    """Empty is: leave it as it is."""

    model_config = ConfigDict(str_strip_whitespace=True)

    price_how: Annotated[PriceChange | None, Blank] = None
    price_value: Annotated[
        Annotated[Decimal, Field(max_digits=10, decimal_places=2)] | None, Typed, Blank
    ] = None
    rounding: Rounding = Rounding.KOPECK
    discount_percent: Annotated[book_values.Percent | None, Blank] = None
    status: Annotated[BookStatus | None, Blank] = None
    stock_how: Annotated[StockChange | None, Blank] = None
    stock_copies: Annotated[
        Annotated[int, Field(ge=-(2**31), le=LARGEST_INTEGER)] | None, Blank, Typed
    ] = None

    def rule(self, add: Sequence[int], remove: Sequence[int]) -> Rule:
        """Invalid where what goes together is not there, or does not go together."""
        missing = []
        if self.price_how and self.price_value is None:
            missing.append("price_value")
        if self.stock_how and self.stock_copies is None:
            missing.append("stock_copies")
        if missing:
            raise _wrong(*((name, MESSAGES[name]) for name in missing))
        if self.price_how is PriceChange.SET and (self.price_value or 0) < 1:
            raise _wrong(("price_value", BELOW_ZERO))
        if self.stock_how is StockChange.SET and (self.stock_copies or 0) < 0:
            raise _wrong(("stock_copies", NO_FEWER))
        asked: dict[str, Any] = {
            "price": self.price_how
            and PriceRule(how=self.price_how, value=self.price_value, rounding=self.rounding),
            "discount_percent": self.discount_percent,
            "status": self.status,
            "stock": self.stock_how and StockRule(how=self.stock_how, copies=self.stock_copies),
            "add_categories": tuple(add),
            "remove_categories": tuple(remove),
        }
        try:
            return Rule(**asked)
        except ValidationError:
            raise _wrong(("remove_categories", BOTH)) from None


def _wrong(*problems: tuple[str, object]) -> Invalid:
    return Invalid(LOOK_AGAIN, tuple(FieldError(name, text, "refused") for name, text in problems))
