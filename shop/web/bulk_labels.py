"""What bulk edits are called on pages: their states, rows, warnings, and reasons."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask import Flask
from flask_babel import format_decimal, gettext
from flask_babel import lazy_gettext as _l

from shop.config import Locale
from shop.models import BulkState, RowState
from shop.repositories.bulk_edits import Shown
from shop.services.bulk_edits import PriceChange, Rounding, StockChange
from shop.web import trail_words
from shop.web.formats import NBSP, money
from shop.web.labels import LABELS, label
from shop.web.locales import current

STATES = {
    BulkState.PLANNING: _l("Being planned"),
    BulkState.PLANNED: _l("Planned"),
    BulkState.APPLYING: _l("Being applied"),
    BulkState.APPLIED: _l("Applied"),
    BulkState.REVERTING: _l("Being taken back"),
    BulkState.REVERTED: _l("Taken back"),
    BulkState.ABANDONED: _l("Thrown away"),
}
DOING = {
    BulkState.PLANNING: _l("Books looked at"),
    BulkState.APPLYING: _l("Books changed"),
    BulkState.REVERTING: _l("Books taken back"),
}
# After a number.
ROWS = {
    RowState.PLANNED: _l("to be changed"),
    RowState.SAME: _l("so already"),
    RowState.IMPOSSIBLE: _l("impossible"),
    RowState.APPLIED: _l("changed"),
    RowState.SKIPPED: _l("left, changed by others"),
    RowState.REVERTED: _l("taken back"),
    RowState.REFUSED: _l("kept, changed since"),
}
ROW = {
    RowState.IMPOSSIBLE: _l("Impossible"),
    RowState.APPLIED: _l("Changed"),
    RowState.SKIPPED: _l("Left as it is"),
    RowState.REVERTED: _l("Taken back"),
    RowState.REFUSED: _l("Kept as it is"),
}
SHOWN = {
    Shown.CHANGES: _l("What changes"),
    Shown.WARNINGS: _l("Warnings"),
    Shown.LEFT_OUT: _l("Left out"),
}
PRICES = {
    PriceChange.PERCENT: _l("By percent"),
    PriceChange.AMOUNT: _l("By roubles"),
    PriceChange.SET: _l("To a price"),
}
ROUNDINGS = {
    Rounding.KOPECK: _l("To the kopeck"),
    Rounding.ROUBLE: _l("To whole roubles"),
    Rounding.TEN: _l("To tens of roubles"),
    Rounding.NINE: _l("To a price that ends in 9"),
}
STOCKS = {StockChange.ADD: _l("Add"), StockChange.SET: _l("Set to")}
# As the trail calls them, and what a file has beside them.
FIELDS = {
    **trail_words.FIELDS,
    "authors": _l("Authors"),
    "translators": _l("Translators"),
    "editors": _l("Editors"),
    "illustrators": _l("Illustrators"),
    "publisher": _l("Publisher"),
    "series": _l("Series"),
    "categories": _l("Categories"),
}
WARNINGS = {
    "halved": _l("Shoppers pay less than half of what they do now."),
    "doubled": _l("Shoppers pay more than twice of what they do now."),
    "deep_discount": _l("The discount is over half the price."),
    "sold_out": _l("No copy is left to sell."),
    "no_cover": _l("It comes on sale without a cover."),
    "no_description": _l("It comes on sale without a description."),
    "still_promised": _l("Copies are promised to orders."),
    "no_category": _l("It is in no category any more."),
}
REASONS = {
    "too_cheap": _l("The price would be less than a rouble."),
    "too_dear": _l("The price would be higher than any sum here can be."),
    "below_zero": _l("There would be fewer than no copies."),
    "too_many": _l("There would be more copies than can be counted."),
    "promised": _l("More copies than that are promised to orders."),
    "gone": _l("The book is not there any more."),
    "in_use": _l(
        "The book was ordered, stands on a shelf, has pictures, or another one became part of it."
    ),
    "needed_is_gone": _l("What it had before is gone, or another book's."),
    "changed": _l("Changed by somebody."),
    "category_gone": _l("A category is not there any more."),
}
KINDS: dict[str, Mapping[Any, object]] = {
    "bulk_state": STATES,
    "bulk_doing": DOING,
    "bulk_rows": ROWS,
    "bulk_row": ROW,
    "bulk_shown": SHOWN,
    "price_change": PRICES,
    "rounding": ROUNDINGS,
    "stock_change": STOCKS,
    "book_field": FIELDS,
    "bulk_warning": WARNINGS,
}


def bulk_reason(reason: str) -> object:
    """Why a row stays as it is; fields that somebody changed are named."""
    word, _, rest = reason.partition(":")
    if word == "changed" and rest:
        names = ", ".join(str(label(name, "book_field")) for name in rest.split(","))
        return gettext("Changed by somebody: %(names)s", names=names.lower())
    if word in FIELDS:
        return f"{FIELDS[word]}:{rest}"
    return REASONS.get(reason, reason)


def sum_money(amount: str) -> str:
    """A sum that is kept as text."""
    return money(Decimal(amount))


def signed_money(amount: str) -> str:
    """`+50 ₽`, `−50 ₽`."""
    value = Decimal(amount)
    return f"{'−' if value < 0 else '+'}{money(abs(value))}"


def signed_percent(percent: str) -> str:
    """`+10%`, `−12.5%`."""
    value = Decimal(percent)
    space = NBSP if current() is Locale.RU else ""
    return f"{'−' if value < 0 else '+'}{format_decimal(abs(value))}{space}%"


def capitalise_first(text: str) -> str:
    return text[:1].upper() + text[1:]


def install(app: Flask) -> None:
    for kind, texts in KINDS.items():
        LABELS.update({(kind, str(key)): text for key, text in texts.items()})
    for function in (bulk_reason, sum_money, signed_money, signed_percent, capitalise_first):
        app.jinja_env.filters[function.__name__] = function
