"""The catalogue's query string: what is asked for, and the addresses that change one part of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from shop.repositories.book_filters import BookFilters
from shop.repositories.paging import MAX_PAGE
from shop.web.forms import decimal_point

# The page's name of a filter, and the filter that it stands for. Filters of the API go as well,
# by their own names.
FILTERS = {
    "q": "q",
    "category": "category",
    "author": "author__id__in",
    "publisher": "publisher__slug__in",
    "series": "series__slug__in",
    "language": "language__in",
    "format": "format__in",
    "age": "age_mark__in",
    "price_from": "price__gte",
    "price_to": "price__lte",
    "year_from": "published_year__gte",
    "year_to": "published_year__lte",
    "in_stock": "in_stock",
}
# Of these several can be chosen: `author=1&author=2`, or `author=1,2`.
SEVERAL = ("category", "author", "publisher", "series", "language", "format", "age")
SORTS = {
    "best": (None, _l("Best match first")),
    "new": ("-appeared_at", _l("Newest in the shop")),
    "price": ("price", _l("Cheapest first")),
    "-price": ("-price", _l("Most expensive first")),
    "title": ("title", _l("By title")),
    "year": ("published_year", _l("Oldest works first")),
    "-year": ("-published_year", _l("Latest works first")),
}
# What else an address may have: `find` on the page of a long facet.
OTHERS = ("sort", "page", "find")
# What letters and advertisers add to an address; it is none of ours, and nobody's mistake.
CAMPAIGNS = ("utm_", "_", "gclid", "yclid", "ysclid", "fbclid", "msclkid", "from", "ref", "source")
LONGEST_NAME = 40
# Given the wrong way round, they are meant the right way round.
RANGES = (("price_from", "price_to"), ("year_from", "year_to"))


@dataclass(frozen=True)
class CatalogueQuery:
    """What the query string asks for; `ignored` names what in it made no sense."""

    filters: BookFilters
    asked: Mapping[str, str]
    sort: str
    page: int = 1
    ignored: list[str] = field(default_factory=list)

    @property
    def active(self) -> dict[str, str]:
        """The filters in force, by their names on the page."""
        return dict(self.asked)

    @property
    def usual_sort(self) -> str:
        return "best" if "q" in self.asked else "new"

    @property
    def sorts(self) -> dict[str, object]:
        """The ways to sort that make sense here, and what they are called."""
        fit = "q" in self.asked
        return {key: label for key, (_, label) in SORTS.items() if fit or key != "best"}

    def chosen(self, name: str) -> list[str]:
        """The values of a filter that takes several."""
        return self.asked[name].split(",") if name in self.asked else []

    def url(self, **changes: str | int | None) -> str:
        """This list with something changed; None leaves it out, and the page starts anew."""
        values: dict[str, Any] = {**self.asked, "page": None}
        if self.sort != self.usual_sort:
            values["sort"] = self.sort
        return url_for("catalogue.index", **{**values, **changes})

    def url_without(self, name: str, value: str) -> str:
        """This list without one of the values of a filter."""
        rest = [each for each in self.chosen(name) if each != value]
        return self.url(**{name: ",".join(rest) or None})

    def url_without_facet(self, facet: str) -> str:
        """This list whatever the facet says: a range has two names."""
        return self.url(**dict.fromkeys(_names(facet)))

    def url_with_only(self, facet: str) -> str:
        """This list with nothing asked but what the facet says."""
        return self.url(**{name: None for name in self.asked if name not in _names(facet)})

    def facet_url(self, name: str) -> str:
        """The page that has all values of a long facet."""
        values: dict[str, Any] = self.hidden()
        return url_for("catalogue.facet", name=name, **values)

    def without(self, names: Iterable[str]) -> CatalogueQuery:
        """The same without filters that made no sense, which are told."""
        gone = set(names)
        asked = {name: value for name, value in self.asked.items() if name not in gone}
        return replace(self, asked=asked, ignored=[*self.ignored, *sorted(gone)])

    def page_url(self, page: int) -> str:
        return self.url(page=page if page > 1 else None)

    def hidden(self, *but: str) -> dict[str, str]:
        """What a form must carry along so that sending it changes only the fields in `but`."""
        kept = {name: value for name, value in self.asked.items() if name not in but}
        return (
            kept if "sort" in but or self.sort == self.usual_sort else {**kept, "sort": self.sort}
        )


def _names(facet: str) -> tuple[str, ...]:
    return (f"{facet}_from", f"{facet}_to") if facet in ("price", "year") else (facet,)


def read(args: MultiDict[str, str]) -> CatalogueQuery:
    """The query as far as it makes sense; the rest is named in `ignored`."""
    given = _given(args)
    plain = {_field(name): _plain(name, value) for name, value in given.items()}
    _, nonsense = BookFilters.sensible(plain)
    asked = {name: value for name, value in given.items() if _field(name) not in nonsense}
    ignored = [name for name in (*given, *_unknown(args, given)) if name not in asked]
    for least, most in RANGES:
        if least in asked and most in asked and _sum(asked[least]) > _sum(asked[most]):
            asked[least], asked[most] = asked[most], asked[least]
    usual = "best" if "q" in asked else "new"
    sort = args.get("sort", usual)
    if sort not in SORTS:
        ignored.append("sort")
    if sort not in SORTS or (sort == "best" and "q" not in asked):
        sort = usual
    values = {_field(name): _plain(name, value) for name, value in asked.items()}
    order_by = SORTS[sort][0]
    filters = BookFilters.parse({**values, "order_by": order_by} if order_by else values)
    return CatalogueQuery(filters, asked, sort, _page(args.get("page", "1")), ignored)


def _given(args: MultiDict[str, str]) -> dict[str, str]:
    """Filters that were given a value, in the order of the page; what others hang on is left."""
    own = {FILTERS[name] for name in FILTERS if args.get(name, "").strip()}
    names = [*FILTERS, *(name for name in args if "__" in name and name not in own)]
    joined = {
        name: ",".join(dict.fromkeys(_values(args, name)))
        if name in SEVERAL
        else args.get(name, "")
        for name in names
    }
    return {name: value.strip() for name, value in joined.items() if value.strip()}


def _unknown(args: MultiDict[str, str], given: Mapping[str, str]) -> list[str]:
    """Names that mean nothing here, or what another name in the address says already."""
    return [
        name[:LONGEST_NAME]
        for name, value in args.items()
        if name not in given
        and name not in (*FILTERS, *OTHERS)
        and value.strip()
        and not name.startswith(CAMPAIGNS)
    ]


def _values(args: MultiDict[str, str], name: str) -> list[str]:
    parts = [part.strip() for value in args.getlist(name) for part in value.split(",")]
    return list(dict.fromkeys(part for part in parts if part))


def _field(name: str) -> str:
    return FILTERS.get(name, name)


def _sum(text: str) -> Decimal:
    return Decimal(str(decimal_point(text)))


def _plain(name: str, value: str) -> str:
    """Sums may be typed with a comma."""
    return str(decimal_point(value)) if name in ("price_from", "price_to") else value


def _page(text: str) -> int:
    return min(max(int(text), 1), MAX_PAGE) if text.isdecimal() and len(text) < 10 else 1
