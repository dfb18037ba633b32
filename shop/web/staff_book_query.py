"""The list of books for staff as its address says it: what it is sorted by, what is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from flask import url_for
from flask_babel import lazy_gettext as _l

from shop.models import Category
from shop.repositories.staff_book_filters import Stock
from shop.web.formats import language_name, localised, money
from shop.web.labels import label

STOCK = {
    Stock.THERE: _l("in stock"),
    Stock.LOW: _l("running low"),
    Stock.SOLD_OUT: _l("sold out"),
}
YES_NO: Mapping[str, Mapping[str, object]] = {
    "has_cover": {"true": _l("with a cover"), "false": _l("without a cover")},
    "has_description": {
        "true": _l("with a description"),
        "false": _l("without a description"),
    },
}
# What stands before a value that does not speak for itself.
BEFORE = {
    "author__name__ilike": _l("Author"),
    "publisher__name__ilike": _l("Publisher"),
    "series__name__ilike": _l("Series"),
    "price__gte": _l("Price from"),
    "price__lte": _l("Price up to"),
    "updated_at__gte": _l("Changed since"),
}
SAYS: Mapping[str, Callable[[str], object]] = {
    "status__eq": lambda value: label(value, "book_status"),
    "format__eq": lambda value: label(value, "book_format"),
    "language__eq": language_name,
    "stock": lambda value: STOCK[Stock(value)],
    "price__gte": lambda value: money(Decimal(value)),
    "price__lte": lambda value: money(Decimal(value)),
}


@dataclass(frozen=True)
class Chip:
    """A filter in force, and the list without it."""

    text: str
    without: str


def list_url(asked: Mapping[str, str], **changes: str | None) -> str:
    """The list with these filters, its first page."""
    wanted = {name: value for name, value in {**asked, **changes}.items() if value}
    query = urlencode(wanted)
    here = url_for("admin_books.index")
    return f"{here}?{query}" if query else here


def chips(asked: Mapping[str, str], tree: Sequence[Category]) -> list[Chip]:
    names = {each.path: localised(each) for each in tree}
    return [
        Chip(_text(name, value, names), list_url(asked, **{name: None}))
        for name, value in asked.items()
        if name != "order_by"
    ]


def _text(name: str, value: str, categories: Mapping[str, str]) -> str:
    if name == "q":
        return f"“{value}”"
    if name == "category":
        return categories.get(value, value)
    if name in YES_NO:
        return str(YES_NO[name].get(value, value))
    said = str(SAYS[name](value)) if name in SAYS else value
    before = BEFORE.get(name, None if name in SAYS else name.replace("__", " "))
    return f"{before}: {said}" if before else said


def sorting(asked: Mapping[str, str], column: str) -> tuple[str, str | None]:
    """The list sorted by this column, or the other way round where it is so already; and how it
    is sorted by it now, as `aria-sort` has it."""
    now = asked.get("order_by", "title")
    if now == column:
        return list_url(asked, order_by=f"-{column}"), "ascending"
    is_down = now == f"-{column}"
    return list_url(asked, order_by=column), "descending" if is_down else None


def query_of(asked: Mapping[str, str]) -> str:
    """What a view keeps."""
    return urlencode(dict(asked))
