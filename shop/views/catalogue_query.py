"""The catalogue's query string: what is asked for, and the addresses that change one part of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from shop.errors import Invalid
from shop.repositories.book_filters import BookFilters
from shop.repositories.paging import MAX_PAGE
from shop.web.forms import decimal_point

# The page's name of a filter, and the filter that it stands for.
FILTERS = {
    "q": "q",
    "category": "category",
    "author": "author__id__eq",
    "publisher": "publisher__slug__eq",
    "series": "series__slug__eq",
    "language": "language__eq",
    "format": "format__eq",
    "price_from": "price__gte",
    "price_to": "price__lte",
    "year_from": "published_year__gte",
    "year_to": "published_year__lte",
    "in_stock": "in_stock",
}
SORTS = {
    "new": ("-created_at", _l("Newest in the shop")),
    "price": ("price", _l("Cheapest first")),
    "-price": ("-price", _l("Most expensive first")),
    "title": ("title", _l("By title")),
    "year": ("published_year", _l("Oldest works first")),
    "-year": ("-published_year", _l("Latest works first")),
}
FIRST_SORT = "new"
# Given the wrong way round, they are meant the right way round.
RANGES = (("price_from", "price_to"), ("year_from", "year_to"))


@dataclass(frozen=True)
class CatalogueQuery:
    """What the query string asks for; `ignored` names what in it made no sense."""

    filters: BookFilters
    asked: Mapping[str, str]
    sort: str = FIRST_SORT
    page: int = 1
    ignored: list[str] = field(default_factory=list)

    @property
    def active(self) -> dict[str, str]:
        """The filters in force, by their names on the page."""
        return {name: self.asked[name] for name in FILTERS if name in self.asked}

    def url(self, **changes: str | int | None) -> str:
        """This list with something changed; None leaves it out, and the page starts anew."""
        values: dict[str, Any] = {**self.active, "page": None}
        if self.sort != FIRST_SORT:
            values["sort"] = self.sort
        return url_for("catalogue.index", **{**values, **changes})

    def without(self, name: str) -> CatalogueQuery:
        """The same without one filter, which made no sense."""
        asked = {each: value for each, value in self.asked.items() if each != name}
        filters = self.filters.model_copy(update={FILTERS[name]: None})
        return replace(self, filters=filters, asked=asked, ignored=[*self.ignored, name])

    def page_url(self, page: int) -> str:
        return self.url(page=page if page > 1 else None)

    def hidden(self, *but: str) -> dict[str, str]:
        """What a form must carry along so that sending it changes only the fields in `but`."""
        kept = {name: value for name, value in self.active.items() if name not in but}
        return kept if "sort" in but or self.sort == FIRST_SORT else {**kept, "sort": self.sort}


def read(args: Mapping[str, str]) -> CatalogueQuery:
    """The query as far as it makes sense; the rest is named in `ignored`."""
    asked = {name: args[name].strip() for name in FILTERS if args.get(name, "").strip()}
    ignored = []
    for name in list(asked):
        if not _usable(name, asked[name]):
            ignored.append(name)
            del asked[name]
    sort = args.get("sort", FIRST_SORT)
    if sort not in SORTS:
        ignored.append("sort")
        sort = FIRST_SORT
    for least, most in RANGES:
        if least in asked and most in asked and _sum(asked[least]) > _sum(asked[most]):
            asked[least], asked[most] = asked[most], asked[least]
    given = {FILTERS[name]: _plain(name, value) for name, value in asked.items()}
    filters = BookFilters.parse({**given, "order_by": SORTS[sort][0]})
    return CatalogueQuery(filters, asked, sort, _page(args.get("page", "1")), ignored)


def _sum(text: str) -> Decimal:
    return Decimal(str(decimal_point(text)))


def _usable(name: str, value: str) -> bool:
    try:
        BookFilters.parse({FILTERS[name]: _plain(name, value)})
    except Invalid:
        return False
    return True


def _plain(name: str, value: str) -> str:
    """Sums may be typed with a comma."""
    return str(decimal_point(value)) if name in ("price_from", "price_to") else value


def _page(text: str) -> int:
    return min(max(int(text), 1), MAX_PAGE) if text.isdecimal() and len(text) < 10 else 1
