"""What the matching books can be narrowed by, with counts under all filters but a facet's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shop.models import AGE_MARKS, BookFormat, Contributor, Publisher
from shop.repositories.book_filters import BookFilters
from shop.repositories.book_index.bands import PRICES, YEARS, Band
from shop.repositories.book_index.names import Names
from shop.repositories.book_index.reading import FORMATS, language_of
from shop.repositories.book_index.selection import Selection
from shop.services.category_tree import CategoryNode, tree
from shop.services.long_facets import (
    BESIDE,
    Choice,
    LongFacet,
    People,
    Shown,
    named_authors,
    named_publishers,
    shown_authors,
    shown_publishers,
)


@dataclass(frozen=True)
class BandChoice:
    band: Band
    count: int


@dataclass(frozen=True)
class Facets:
    categories: list[CategoryNode]
    authors: LongFacet[Contributor]
    publishers: LongFacet[Publisher]
    languages: Sequence[Choice]
    formats: Sequence[Choice]
    ages: Sequence[Choice]
    prices: Sequence[BandChoice]
    years: Sequence[BandChoice]
    available: int


@dataclass(frozen=True)
class Numbers:
    """What was counted, by ids and codes: plain data, which says nothing of names."""

    categories: Sequence[tuple[int, int]]
    authors: Shown
    publishers: Shown
    languages: Sequence[tuple[str, int]]
    formats: Sequence[tuple[str, int]]
    ages: Sequence[tuple[str, int]]
    prices: Sequence[int]
    years: Sequence[int]
    available: int

    @classmethod
    def read(cls, kept: dict[str, Any]) -> Numbers:
        """From what `asdict` made of them, and JSON of that."""
        long = {name: Shown(**kept[name]) for name in ("authors", "publishers")}
        return cls(**(kept | long))


def count(selection: Selection, filters: BookFilters) -> Numbers:
    """All facets of a selection; this is what takes long where there are many books."""
    return Numbers(
        categories=list(selection.categories().items()),
        authors=shown_authors(selection.authors(), filters, BESIDE),
        publishers=shown_publishers(
            selection.counts("publisher"), filters, selection.names, BESIDE
        ),
        languages=_languages(selection, filters),
        formats=_formats(selection, filters),
        ages=_ages(selection, filters),
        prices=selection.bands("price", PRICES),
        years=selection.bands("year", YEARS),
        available=selection.available(),
    )


def facets(numbers: Numbers, filters: BookFilters, names: Names, people: People) -> Facets:
    """With the names of what was counted."""
    return Facets(
        categories=tree(names.categories, dict(numbers.categories)),
        authors=named_authors(numbers.authors, filters, people),
        publishers=named_publishers(numbers.publishers, filters, names),
        languages=_choices(numbers.languages, filters.language__in),
        formats=_choices(numbers.formats, filters.format__in),
        ages=_choices(numbers.ages, filters.age_mark__in),
        prices=_bands(PRICES.bands, numbers.prices),
        years=_bands(YEARS.bands, numbers.years),
        available=numbers.available,
    )


def _choices(
    counted: Sequence[tuple[str, int]], chosen: Sequence[str] | Sequence[int] | None
) -> list[Choice]:
    ours = {str(each) for each in chosen or ()}
    return [Choice(value, number, value in ours) for value, number in counted]


def _languages(selection: Selection, filters: BookFilters) -> list[tuple[str, int]]:
    chosen = filters.language__in or []
    found = selection.counts("language")
    counts = {language_of(code): n for code, n in found.most(len(found))}
    return [*counts.items(), *((code, 0) for code in chosen if code not in counts)]


def _formats(selection: Selection, filters: BookFilters) -> list[tuple[str, int]]:
    chosen, counts = filters.format__in or [], selection.counts("format")
    return [
        (str(each), counts.of(FORMATS[each]))
        for each in BookFormat
        if counts.of(FORMATS[each]) or str(each) in chosen
    ]


def _ages(selection: Selection, filters: BookFilters) -> list[tuple[str, int]]:
    chosen, counts = filters.age_mark__in or [], selection.counts("age")
    return [(str(mark), counts.of(mark)) for mark in AGE_MARKS if counts.of(mark) or mark in chosen]


def _bands(bands: Sequence[Band], counts: Sequence[int]) -> list[BandChoice]:
    return [BandChoice(band, n) for band, n in zip(bands, counts, strict=True) if n]
