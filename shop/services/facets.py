"""What the matching books can be narrowed by, with counts under all filters but a facet's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from shop.models import BookFormat, Contributor, Publisher
from shop.repositories.book_filters import BookFilters
from shop.repositories.book_index.bands import PRICES, YEARS, Band
from shop.repositories.book_index.counts import Counts
from shop.repositories.book_index.reading import FORMATS, language_of
from shop.repositories.book_index.selection import Selection
from shop.services.category_tree import CategoryNode, tree

# Values of a long facet beside the list; a page of its own has the others.
FIRST = 8
AGE_MARKS = (0, 6, 12, 16, 18)


Named = TypeVar("Named")


@dataclass(frozen=True)
class Choice:
    """One value."""

    value: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class NamedChoice(Choice, Generic[Named]):
    """One value, and what it names."""

    entity: Named


@dataclass(frozen=True)
class LongFacet(Generic[Named]):
    """The values with the most books and all chosen ones, out of `total`."""

    choices: Sequence[NamedChoice[Named]]
    total: int


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


Authors = Callable[[Sequence[int]], Mapping[int, Contributor]]


def facets(selection: Selection, filters: BookFilters, authors: Authors) -> Facets:
    """All facets of a selection; `authors` finds people by their ids."""
    return Facets(
        categories=tree(selection.names.categories, dict(selection.categories().items())),
        authors=_authors(selection.authors(), filters, authors),
        publishers=_publishers(selection, filters),
        languages=_languages(selection, filters),
        formats=_formats(selection, filters),
        ages=_ages(selection, filters),
        prices=_bands(PRICES.bands, selection.bands("price", PRICES)),
        years=_bands(YEARS.bands, selection.bands("year", YEARS)),
        available=selection.available(),
    )


def most(counts: Counts, chosen: Sequence[int], number: int) -> list[tuple[int, int]]:
    """The chosen values first, then those with the most books."""
    first = [(value, counts.of(value)) for value in chosen]
    return (
        first
        + [pair for pair in counts.most(number + len(chosen)) if pair[0] not in chosen][
            : max(number - len(first), 0)
        ]
    )


def _authors(counts: Counts, filters: BookFilters, authors: Authors) -> LongFacet[Contributor]:
    chosen = filters.author__id__in or []
    shown = most(counts, chosen, FIRST)
    people = authors([value for value, _ in shown])
    choices = [
        NamedChoice(str(value), count, value in chosen, people[value])
        for value, count in shown
        if value in people
    ]
    return LongFacet(choices, len(counts))


def _publishers(selection: Selection, filters: BookFilters) -> LongFacet[Publisher]:
    chosen = selection.names.publisher_ids(filters.publisher__slug__in or [])
    counts = selection.counts("publisher").without(0)
    names = selection.names.publishers
    choices = [
        NamedChoice(names[value].slug, count, value in chosen, names[value])
        for value, count in most(counts, chosen, FIRST)
        if value in names
    ]
    return LongFacet(choices, len(counts))


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
