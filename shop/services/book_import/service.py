"""Importing books: many rows, in batches, the same thing twice changing nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice

from shop.errors import Conflict, Invalid
from shop.models import Book, User
from shop.repositories.base import Sessions
from shop.repositories.imported_books import ImportedBookRepository
from shop.repositories.stock import StockRepository
from shop.services.base import EntityBaseService, retried
from shop.services.book_import.columns import ROLES, GivenBook, read
from shop.services.book_import.plan import Plan, Planner, repeated
from shop.services.book_import.report import Outcome, Problem, Report, RowOutcome, SourceRow
from shop.services.book_import.seen import NamedKeys, SeenKeys
from shop.services.book_import.writing import Writer

BATCH = 1000
"""Rows of one transaction: what an interrupted import has written is whole up to a batch."""


@dataclass(frozen=True)
class _Run:
    """What all batches of one import share."""

    dry: bool
    create_categories: bool
    actor_id: int | None
    seen: SeenKeys
    named: NamedKeys


class ImportService(EntityBaseService[Book]):
    def __init__(
        self, session: Sessions, imported: ImportedBookRepository, stock: StockRepository
    ) -> None:
        super().__init__(session, imported)
        self.imported = imported
        self.stock = stock

    def run(
        self,
        rows: Iterable[SourceRow],
        *,
        dry_run: bool = False,
        create_categories: bool = False,
        by: User | None = None,
        on_progress: Callable[[int], None] | None = None,
        on_outcome: Callable[[RowOutcome], None] | None = None,
    ) -> Report:
        """Write every row that can be written, or with `dry_run` only say what would become of it.

        `on_outcome` hears of each row in the order of the rows, `on_progress` how many are done.
        A row that is refused is in the report, and the others go in. The rows are gone through a
        second time where one of them gives a book another ISBN or SKU: no iterator will do.
        """
        if isinstance(rows, Iterator):
            raise TypeError("An import goes through its rows twice: give what can be.")
        report = Report(dry_run)
        with closing(SeenKeys()) as seen, closing(NamedKeys(lambda: _keys(rows))) as named:
            run = _Run(dry_run, create_categories, by.id if by else None, seen, named)
            for batch in _batches(rows):
                for outcome in self._batch(batch, run):
                    report.add(outcome)
                    if on_outcome:
                        on_outcome(outcome)
                if on_progress:
                    on_progress(report.rows)
        return report

    def _batch(self, rows: Sequence[SourceRow], run: _Run) -> list[RowOutcome]:
        outcomes: list[RowOutcome] = []
        books: list[GivenBook] = []
        for row in rows:
            given = read(row)
            if isinstance(given, GivenBook):
                given = _first_of_its_keys(given, run.seen)
            if isinstance(given, GivenBook):
                books.append(given)
            else:
                outcomes.append(_refused(row.line, given))
        outcomes += self._written(books, run) if books else []
        return sorted(outcomes, key=lambda outcome: outcome.line)

    def _written(self, books: Sequence[GivenBook], run: _Run) -> list[RowOutcome]:
        """All of them in one transaction; where the database refuses one, each in its own."""
        try:
            return self._write(books, run)
        except (Conflict, Invalid) as refusal:
            if len(books) > 1:
                return [outcome for book in books for outcome in self._written([book], run)]
            line = books[0].line
            problems = [Problem(line, error.field, error.message) for error in refusal.errors]
            return [_refused(line, tuple(problems or [Problem(line, "", refusal.title)]))]

    @retried
    def _write(self, books: Sequence[GivenBook], run: _Run) -> list[RowOutcome]:
        with self.transaction():
            if not run.dry:
                self.imported.take_turn()
            people = self._people(books)
            planner = self._planner(books, people, run)
            planned = [(book, planner.plan(book)) for book in books]
            plans = [plan for _, plan in planned if isinstance(plan, Plan)]
            outcomes = [
                plan.outcome if isinstance(plan, Plan) else _refused(book.line, plan)
                for book, plan in planned
            ]
            if not run.dry:
                Writer(self.imported, self.stock, people, run.actor_id).write(plans)
            return outcomes

    def _people(self, books: Sequence[GivenBook]) -> dict[str, int]:
        return self.imported.people(
            {
                person.name
                for book in books
                for field in ROLES
                for person in book.values.get(field, ())
            }
        )

    def _planner(self, books: Sequence[GivenBook], people: dict[str, int], run: _Run) -> Planner:
        isbns = {book.isbn for book in books if book.isbn}
        skus = {book.sku for book in books if book.sku}
        # What has no SKU will go by its ISBN.
        stored = self.imported.stored(isbns, skus | isbns, lock=not run.dry)
        named = any(book.values.get("categories") for book in books)
        known = self.imported.category_ids().keys() if named else ()
        return Planner(
            stored, people, None if run.create_categories else known, run.seen, run.named
        )


def _first_of_its_keys(given: GivenBook, seen: SeenKeys) -> GivenBook | tuple[Problem, ...]:
    """The row, unless an earlier one has its ISBN or its SKU."""
    for field, key in given.claims():
        if (first := seen.first(key, given.line)) != given.line:
            return (repeated(given.line, field, first),)
    return given


def _keys(rows: Iterable[SourceRow]) -> Iterator[tuple[str, int]]:
    """The keys of all rows that can be read, each with its line."""
    for row in rows:
        if isinstance(given := read(row), GivenBook):
            yield from ((key, row.line) for _, key in given.claims())


def _refused(line: int, problems: tuple[Problem, ...]) -> RowOutcome:
    return RowOutcome(line, Outcome.REFUSED, problems=problems)


def _batches(rows: Iterable[SourceRow]) -> Iterator[list[SourceRow]]:
    source = iter(rows)
    while batch := list(islice(source, BATCH)):
        yield batch
