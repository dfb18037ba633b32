"""Facets with more values than can stand beside a list: authors, publishers."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from shop.models import Contributor, Publisher
from shop.repositories.book_filters import BookFilters
from shop.repositories.book_index.counts import Counts
from shop.repositories.book_index.names import Names
from shop.repositories.book_index.packed import Ints

# Values beside the list, and on a page of their own, where a field finds the others by name.
BESIDE = 8
ON_A_PAGE = 200

Named = TypeVar("Named")
# Finds people by their ids.
People = Callable[[Sequence[int]], Mapping[int, Contributor]]


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
    """The chosen values and those with the most books, out of `total`."""

    choices: Sequence[NamedChoice[Named]]
    total: int


@dataclass(frozen=True)
class Shown:
    """Which values stand there with how many books, out of `total`."""

    values: Sequence[tuple[int, int]]
    total: int


def authors(
    counts: Counts, filters: BookFilters, people: People, number: int, among: Ints | None = None
) -> LongFacet[Contributor]:
    """The first `number` of the authors that are counted, or of those that are `among` some."""
    return named_authors(shown_authors(counts, filters, number, among), filters, people)


def shown_authors(
    counts: Counts, filters: BookFilters, number: int, among: Ints | None = None
) -> Shown:
    return _shown(counts, filters.author__id__in or [], number, among)


def named_authors(shown: Shown, filters: BookFilters, people: People) -> LongFacet[Contributor]:
    chosen = filters.author__id__in or []
    known = people([value for value, _ in shown.values])
    choices = [
        NamedChoice(str(value), count, value in chosen, known[value])
        for value, count in shown.values
        if value in known
    ]
    return LongFacet(choices, shown.total)


def publishers(
    counts: Counts, filters: BookFilters, names: Names, number: int, among: Ints | None = None
) -> LongFacet[Publisher]:
    """The same of publishers."""
    return named_publishers(shown_publishers(counts, filters, names, number, among), filters, names)


def shown_publishers(
    counts: Counts, filters: BookFilters, names: Names, number: int, among: Ints | None = None
) -> Shown:
    """0 stands for books without one."""
    chosen = names.publisher_ids(filters.publisher__slug__in or [])
    return _shown(counts.without(0), chosen, number, among)


def named_publishers(shown: Shown, filters: BookFilters, names: Names) -> LongFacet[Publisher]:
    chosen, known = names.publisher_ids(filters.publisher__slug__in or []), names.publishers
    choices = [
        NamedChoice(known[value].slug, count, value in chosen, known[value])
        for value, count in shown.values
        if value in known
    ]
    return LongFacet(choices, shown.total)


def _shown(counts: Counts, chosen: Sequence[int], number: int, among: Ints | None) -> Shown:
    fitting = counts if among is None else counts.among(among)
    return Shown(_most(counts, fitting, chosen, number), len(fitting))


def publishers_named(names: Names, text: str) -> Ints:
    """Ids of the publishers whose name has the text; case, accents and ё do not matter."""
    wanted = _folded(text)
    fitting = [key for key, each in names.publishers.items() if wanted in _folded(each.name)]
    return np.array(fitting, np.int64)


def _most(
    counts: Counts, fitting: Counts, chosen: Sequence[int], number: int
) -> list[tuple[int, int]]:
    """The chosen values first, then those that fit with the most books."""
    first = [(value, counts.of(value)) for value in chosen]
    others = [pair for pair in fitting.most(number + len(chosen)) if pair[0] not in chosen]
    return first + others[: max(number - len(first), 0)]


def _folded(text: str) -> str:
    """Without case and accents; ё is an е."""
    apart = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
