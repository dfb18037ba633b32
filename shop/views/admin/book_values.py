"""What staff type of a book on several pages: how it is read, and what is said of mistakes."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from flask_babel import lazy_gettext as _l
from pydantic import Field

from shop.errors import ShopError
from shop.models.columns import LARGEST_INTEGER
from shop.web.forms import Typed, in_words

# Before discount: a rouble or more.
ListPrice = Annotated[Decimal, Typed, Field(ge=1, max_digits=10, decimal_places=2)]
Percent = Annotated[int, Field(ge=0, le=90)]
Copies = Annotated[int, Field(ge=0, le=LARGEST_INTEGER)]

MESSAGES = {
    "list_price": _l("Type a price in roubles such as 499.00."),
    "discount_percent": _l("A discount is a whole number from 0 to 90 percent."),
    "num_in_stock": _l("Type how many copies there are: a whole number from 0 up."),
}
CHANGED = _l("Somebody else has changed this. Check the current value and save again.")
COVERED = _l("More copies than that are promised to orders. Cancel an order first.")


def told(problem: ShopError) -> ShopError:
    """With what to do about it, where price or stock are refused."""
    return in_words(problem, CHANGED, COVERED)
