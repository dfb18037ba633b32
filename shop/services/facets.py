"""What the matching books can be narrowed by, with counts under all filters but a facet's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shop.models import AGE_MARKS, BookFormat, Contributor, Publisher
from shop.repositories.book_filters import BookFilters
from shop.repositories.book_index.bands import PRICES, YEARS, Band
from shop.repositories.book_index.reading import FORMATS, language_of
from shop.repositories.book_index.selection import Selection
from shop.services.category_tree import CategoryNode, tree
from shop.services.long_facets import (
    BESIDE,
    Choice,
    LongFacet,
    People,
    authors,
    publishers,
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


def facets(selection: Selection, filters: BookFilters, people: People) -> Facets:
    """All facets of a selection."""
    return Facets(
        categories=tree(selection.names.categories, dict(selection.categories().items())),
        authors=authors(selection.authors(), filters, people, BESIDE),
        publishers=publishers(selection.counts("publisher"), filters, selection.names, BESIDE),
        languages=_languages(selection, filters),
        formats=_formats(selection, filters),
        ages=_ages(selection, filters),
        prices=_bands(PRICES.bands, selection.bands("price", PRICES)),
        years=_bands(YEARS.bands, selection.bands("year", YEARS)),
        available=selection.available(),
    )


def _languages(selection: Selection, filters: BookFilters) -> list[Choice]:
    chosen = filters.language__in or []
    found = selection.counts("language")
    counts = {language_of(code): n for code, n in found.most(len(found))}
    return [
        Choice(code, counts.get(code, 0), code in chosen)
        for code in [*counts, *(code for code in chosen if code not in counts)]
    ]


def _formats(selection: Selection, filters: BookFilters) -> list[Choice]:
    chosen, counts = filters.format__in or [], selection.counts("format")
    return [
        Choice(str(each), counts.of(FORMATS[each]), str(each) in chosen)
        for each in BookFormat
        if counts.of(FORMATS[each]) or str(each) in chosen
    ]


def _ages(selection: Selection, filters: BookFilters) -> list[Choice]:
    chosen, counts = filters.age_mark__in or [], selection.counts("age")
    return [
        Choice(str(mark), counts.of(mark), mark in chosen)
        for mark in AGE_MARKS
        if counts.of(mark) or mark in chosen
    ]


def _bands(bands: Sequence[Band], counts: Sequence[int]) -> list[BandChoice]:
    return [BandChoice(band, n) for band, n in zip(bands, counts, strict=True) if n]
