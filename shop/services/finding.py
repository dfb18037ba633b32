"""Finding books: a page of those that match, and what they can be narrowed by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import TypeVar

import numpy as np

from shop.gateways.shared_cache import Shared
from shop.models import Book, Category, Contributor, Publisher, Series
from shop.models.columns import today
from shop.repositories.base import Sessions
from shop.repositories.book_filters import BookFilters
from shop.repositories.book_index.book_index import Copy, Overtaken
from shop.repositories.book_index.names import Names
from shop.repositories.book_index.packed import Ints
from shop.repositories.book_index.selection import Selection
from shop.repositories.books import BookRepository
from shop.repositories.catalogue import ContributorRepository
from shop.repositories.indexed_books import RELEVANCE, IndexedBooks
from shop.repositories.paging import Page
from shop.repositories.search import Found
from shop.services.base import EntityBaseService
from shop.services.catalogue_reads import reads_catalogue
from shop.services.facets import Facets, Numbers, count, facets
from shop.services.long_facets import (
    ON_A_PAGE,
    LongFacet,
    authors,
    publishers,
    publishers_named,
)

NAME = "facets"
# So many books are counted faster than another process can be asked.
WORTH_SHARING = 20_000


@dataclass(frozen=True)
class Finding:
    """One page of books with the facets beside them, all of one moment."""

    books: Page[Book]
    facets: Facets
    # What the filters name.
    categories: Sequence[Category]
    authors: Sequence[Contributor]
    publishers: Sequence[Publisher]
    series: Sequence[Series]
    # The only category and those above it, the root first.
    trail: Sequence[Category]
    # Filters of which no value names anything; they were left out.
    unknown: Sequence[str]
    # What was searched for, where it is not what was typed, and what to mark in texts.
    corrected: str | None
    marks: Sequence[str]
    # No book has all the words of the search: these have some of them.
    is_partial: bool
    # For each facet in force the number of books without it, and with it alone, where there are
    # any; only where nothing was found.
    loosened: dict[str, int]
    alone: dict[str, int]


@dataclass(frozen=True)
class Asked:
    """What only SQL answers: a search, filters without a column, people with a name."""

    found: Found | None = None
    others: Ints | None = None
    people: Sequence[int] = ()


class Known(Exception):
    """Who asks has the page of this version already."""


Answer = TypeVar("Answer")


class FindingService(EntityBaseService[Book]):
    def __init__(
        self,
        session: Sessions,
        books: BookRepository,
        contributors: ContributorRepository,
        indexed: IndexedBooks,
        shared: Shared,
    ) -> None:
        super().__init__(session, books)
        self.shared = shared
        self.books = books
        self.contributors = contributors
        self.indexed = indexed

    @reads_catalogue
    def warm_up(self) -> None:
        """Read the catalogue into memory, so that no shopper waits for it."""
        with self.transaction():
            self.indexed.begin()
            with self.indexed.shelved():
                pass

    def drop_old_news(self) -> int:
        """Delete the log of changes that no process needs any more; answers how many rows."""
        with self.transaction():
            return self.indexed.drop_old_news()

    @reads_catalogue
    def find(
        self,
        filters: BookFilters,
        page: int,
        limit: int,
        known: Callable[[int], bool] = lambda version: False,
    ) -> Finding | None:
        """One page in the order asked for; None where `known` says it of the catalogue's version.

        The version is another number after each change that could be seen on a page.
        """

        def page_of(copy: Copy, asked: Asked) -> Finding:
            return self._find(copy, filters, page, limit, asked)

        try:
            return self._of_one_moment(filters, page_of, known)
        except Known:
            return None

    @reads_catalogue
    def values(
        self, name: str, filters: BookFilters, text: str
    ) -> LongFacet[Contributor] | LongFacet[Publisher]:
        """Authors or publishers of the matching books whose name has the text: the first many."""

        def all_of(copy: Copy, asked: Asked) -> LongFacet[Contributor] | LongFacet[Publisher]:
            return self._values(copy, name, filters, text, asked)

        return self._of_one_moment(filters, all_of, named=text if name == "author" else "")

    def _of_one_moment(
        self,
        filters: BookFilters,
        answer: Callable[[Copy, Asked], Answer],
        known: Callable[[int], bool] = lambda version: False,
        named: str = "",
    ) -> Answer:
        """What `answer` makes of the catalogue in one snapshot; Known where `known` says so.

        Nobody waits while SQL answers: the copy is let go of meanwhile, and if somebody brought
        it further, all of it is done again while it is held.
        """
        try:
            return self._try(filters, answer, known, named)
        except Overtaken:
            with self.indexed.index.held():
                return self._try(filters, answer, known, named)

    def _try(
        self,
        filters: BookFilters,
        answer: Callable[[Copy, Asked], Answer],
        known: Callable[[int], bool],
        named: str,
    ) -> Answer:
        """Overtaken where somebody saw a change while SQL answered."""
        with self.transaction():
            self.indexed.begin()
            with self.indexed.shelved() as copy:
                version = copy.version
                if known(version):
                    raise Known()
                if not (filters.searches or named or self.indexed.needs_sql(filters)):
                    return answer(copy, Asked())
            asked = Asked(
                self.books.search.find(str(filters.q)) if filters.searches else None,
                self.indexed.in_sql(filters),
                self.contributors.named(named) if named else (),
            )
            with self.indexed.shelved_again(version) as copy:
                return answer(copy, asked)

    def _find(
        self, copy: Copy, filters: BookFilters, page: int, limit: int, asked: Asked
    ) -> Finding:
        found = asked.found
        unknown = _unknown(copy.names, filters)
        filters = filters.model_copy(update=dict.fromkeys(unknown))
        selection = self.indexed.select(copy, filters, found, asked.others)
        order_by = filters.order_by or RELEVANCE
        ids = self.indexed.page_ids(copy, selection, order_by, page, limit, found)
        total = selection.total()
        numbers = self._numbers(copy, selection, filters, asked)
        beside = facets(numbers, filters, copy.names, self.contributors.by_ids)
        return Finding(
            books=Page(self.books.in_order(ids), total, page, limit),
            facets=beside,
            categories=copy.names.at(filters.category or []),
            authors=[each.entity for each in beside.authors.choices if each.chosen],
            publishers=[each.entity for each in beside.publishers.choices if each.chosen],
            series=copy.names.series_named(filters.series__slug__in or []),
            trail=copy.names.trail(filters.category or []),
            unknown=unknown,
            corrected=found.corrected if found else None,
            marks=found.marks if found else (),
            is_partial=found.is_partial if found else False,
            loosened={} if total else _some({f: selection.total(f) for f in selection.masks}),
            alone={} if total else _some({f: selection.alone(f) for f in selection.masks}),
        )

    def _numbers(
        self, copy: Copy, selection: Selection, filters: BookFilters, asked: Asked
    ) -> Numbers:
        """The counts of all facets, of which one process may have told the others.

        They are the same in every order and on every page.
        """
        if len(copy.columns) < WORTH_SHARING or asked.found or asked.others is not None:
            return count(selection, filters)
        key = sorted(filters.narrowing.items())
        if kept := self.shared.get(NAME, copy.moment.mark, (today(), key)):
            return Numbers.read(kept)
        numbers = count(selection, filters)
        self.shared.put(NAME, copy.moment.mark, (today(), key), asdict(numbers))
        return numbers

    def _values(
        self, copy: Copy, name: str, filters: BookFilters, text: str, asked: Asked
    ) -> LongFacet[Contributor] | LongFacet[Publisher]:
        selection = self.indexed.select(copy, filters, asked.found, asked.others)
        if name == "author":
            people = np.array(asked.people, np.int64) if text else None
            by_ids = self.contributors.by_ids
            return authors(selection.authors(), filters, by_ids, ON_A_PAGE, people)
        houses = publishers_named(copy.names, text) if text else None
        counts = selection.counts("publisher")
        return publishers(counts, filters, copy.names, ON_A_PAGE, houses)


def _some(totals: dict[str, int]) -> dict[str, int]:
    return {facet: total for facet, total in totals.items() if total}


def _unknown(names: Names, filters: BookFilters) -> list[str]:
    """Filters whose values name no category, publisher or series."""
    named = {
        "category": names.at(filters.category or []),
        "publisher__slug__in": names.publisher_ids(filters.publisher__slug__in or []),
        "series__slug__in": names.series_ids(filters.series__slug__in or []),
    }
    return [name for name, found in named.items() if getattr(filters, name) and not found]
