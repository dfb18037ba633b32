"""Where the rows of a batch are read, planned and written: for imports of any kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from shop.repositories.imported_books import ImportedBookRepository
from shop.repositories.stock import StockRepository
from shop.services.book_import.columns import ROLES, GivenBook, read
from shop.services.book_import.plan import Plan, Planner, repeated
from shop.services.book_import.report import Problem, SourceRow
from shop.services.book_import.seen import NamedKeys, SeenKeys
from shop.services.book_import.writing import Writer

# What is wrong with a row, where it cannot go in.
Problems = tuple[Problem, ...]


@dataclass(frozen=True)
class Run:
    """What all batches of one import share."""

    create_categories: bool
    actor_id: int | None
    seen: SeenKeys
    named: NamedKeys


@dataclass(frozen=True)
class Workbench:
    """Its methods run inside a transaction of whoever calls them."""

    imported: ImportedBookRepository
    stock: StockRepository

    def planned(
        self, books: Sequence[GivenBook], run: Run, *, lock: bool
    ) -> list[tuple[GivenBook, Plan | Problems]]:
        """What each row would change; with `lock`, nobody else changes those books meanwhile."""
        if lock:
            self.imported.take_turn()
        planner = self._planner(books, run, lock=lock)
        return [(book, planner.plan(book)) for book in books]

    def write(
        self, plans: Sequence[Plan], run: Run, batch_id: int | None = None
    ) -> dict[int, Written]:
        """Write what is planned; by line, the book and the entry of the trail that it left.

        Nothing for a row that changes nothing.
        """
        people = self._people([plan.given for plan in plans])
        writer = Writer(self.imported, self.stock, people, run.actor_id, batch_id)
        return {line: Written(*both) for line, both in writer.write(plans).items()}

    def _people(self, books: Sequence[GivenBook]) -> dict[str, int]:
        names = {
            person.name
            for book in books
            for field in ROLES
            for person in book.values.get(field, ())
        }
        return self.imported.people(names)

    def _planner(self, books: Sequence[GivenBook], run: Run, *, lock: bool) -> Planner:
        isbns = {book.isbn for book in books if book.isbn}
        skus = {book.sku for book in books if book.sku}
        # What has no SKU will go by its ISBN.
        stored = self.imported.stored(isbns, skus | isbns, lock=lock)
        named = any(book.values.get("categories") for book in books)
        known = self.imported.category_ids().keys() if named else ()
        people = self._people(books)
        categories = None if run.create_categories else known
        return Planner(stored, people, categories, run.seen, run.named)


@dataclass(frozen=True)
class Written:
    book_id: int
    entry_id: int


def understood(row: SourceRow, seen: SeenKeys) -> GivenBook | Problems:
    """The row, if it can be read and no earlier one has its ISBN or its SKU."""
    given = read(row)
    if not isinstance(given, GivenBook):
        return given
    for field, key in given.claims():
        if (first := seen.first(key, given.line)) != given.line:
            return (repeated(given.line, field, first),)
    return given


def keys_of(rows: Iterable[SourceRow]) -> Iterator[tuple[str, int]]:
    """The keys of all rows that can be read, each with its line."""
    for row in rows:
        if isinstance(given := read(row), GivenBook):
            yield from ((key, row.line) for _, key in given.claims())
