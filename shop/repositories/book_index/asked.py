"""Which filters the columns can answer, and how; the others are asked in SQL."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np

from shop.models import BookFormat
from shop.repositories.book_index.columns import NO_YEAR, BookColumns
from shop.repositories.book_index.names import Names
from shop.repositories.book_index.packed import Ints, Mask
from shop.repositories.book_index.reading import FORMATS, language_code

Answer = Callable[[BookColumns, Names, Any], Mask]


def one_of(column: Ints, wanted: list[int]) -> Mask:
    """Rows whose value is one of a few."""
    if len(wanted) == 1:
        only: Mask = column == wanted[0]
        return only
    return np.isin(column, wanted)


def _language(columns: BookColumns, _: Names, codes: list[str]) -> Mask:
    return one_of(columns.of["language"], [language_code(code) for code in codes])


def _format(columns: BookColumns, _: Names, formats: list[BookFormat]) -> Mask:
    return one_of(columns.of["format"], [FORMATS[each] for each in formats])


def _kopecks(amount: Decimal) -> int:
    return int(amount * 100)


def _author(columns: BookColumns, _: Names, ids: list[int]) -> Mask:
    mask: Mask = columns.author_sets.having(np.array(ids, np.int64))[columns.authors]
    return mask


def _category(columns: BookColumns, names: Names, paths: list[str]) -> Mask:
    ids = np.array(names.at_or_below(paths), np.int64)
    mask: Mask = columns.category_sets.having(ids)[columns.categories]
    return mask


def _known_year(columns: BookColumns, mask: Mask) -> Mask:
    known: Mask = columns.of["year"] != NO_YEAR
    return mask & known


# The facet that a filter belongs to, and its answer.
ANSWERS: dict[str, tuple[str, Answer]] = {
    "language__eq": ("language", lambda c, n, value: _language(c, n, [value])),
    "language__in": ("language", _language),
    "format__eq": ("format", lambda c, n, value: _format(c, n, [value])),
    "format__in": ("format", _format),
    "price__gte": ("price", lambda c, _, value: c.of["price"] >= _kopecks(value)),
    "price__lte": ("price", lambda c, _, value: c.of["price"] <= _kopecks(value)),
    "published_year__gte": (
        "year",
        lambda c, _, value: _known_year(c, c.of["year"].astype(np.int32) >= value),
    ),
    "published_year__lte": (
        "year",
        lambda c, _, value: _known_year(c, c.of["year"].astype(np.int32) <= value),
    ),
    "age_mark__in": ("age", lambda c, _, marks: one_of(c.of["age"].astype(np.int32), marks)),
    "author__id__eq": ("author", lambda c, n, value: _author(c, n, [value])),
    "author__id__in": ("author", _author),
    "category": ("category", _category),
    "publisher__slug__in": (
        "publisher",
        lambda c, names, slugs: one_of(c.of["publisher"], names.publisher_ids(slugs)),
    ),
    "series__slug__in": (
        "series",
        lambda c, names, slugs: one_of(c.of["series"], names.series_ids(slugs)),
    ),
    "in_stock": ("in_stock", lambda c, _, value: c.in_stock() == value),
    "discount_percent__gt": ("discount", lambda c, _, value: c.of["discount"] > value),
}
