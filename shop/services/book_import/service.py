"""Importing books: many rows, in batches, the same thing twice changing nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import islice

from shop.errors import Conflict, Invalid
from shop.models import Book, User
from shop.repositories.base import Sessions
from shop.repositories.imported_books import ImportedBookRepository
from shop.repositories.stock import StockRepository
from shop.services.base import EntityBaseService, retried
from shop.services.book_import.columns import GivenBook
from shop.services.book_import.plan import Plan
from shop.services.book_import.report import Outcome, Problem, Report, RowOutcome, SourceRow
from shop.services.book_import.seen import NamedKeys, SeenKeys
from shop.services.book_import.workbench import Run, Workbench, keys_of, understood

BATCH = 1000
"""Rows of one transaction: what an interrupted import has written is whole up to a batch."""


class ImportService(EntityBaseService[Book]):
    def __init__(
        self, session: Sessions, imported: ImportedBookRepository, stock: StockRepository
    ) -> None:
        super().__init__(session, imported)
        self.workbench = Workbench(imported, stock)

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
        with closing(SeenKeys()) as seen, closing(NamedKeys(lambda: keys_of(rows))) as named:
            run = Run(create_categories, by.id if by else None, seen, named)
            for batch in _batches(rows):
                for outcome in self._batch(batch, run, dry=dry_run):
                    report.add(outcome)
                    if on_outcome:
                        on_outcome(outcome)
                if on_progress:
                    on_progress(report.rows)
        return report

    def _batch(self, rows: Sequence[SourceRow], run: Run, *, dry: bool) -> list[RowOutcome]:
        outcomes: list[RowOutcome] = []
        books: list[GivenBook] = []
        for row in rows:
            given = understood(row, run.seen)
            if isinstance(given, GivenBook):
                books.append(given)
            else:
                outcomes.append(_refused(row.line, given))
        outcomes += self._written(books, run, dry=dry) if books else []
        return sorted(outcomes, key=lambda outcome: outcome.line)

    def _written(self, books: Sequence[GivenBook], run: Run, *, dry: bool) -> list[RowOutcome]:
        """All of them in one transaction; where the database refuses one, each in its own."""
        try:
            return self._write(books, run, dry=dry)
        except (Conflict, Invalid) as refusal:
            if len(books) > 1:
                return [
                    outcome for book in books for outcome in self._written([book], run, dry=dry)
                ]
            line = books[0].line
            problems = [Problem(line, error.field, error.message) for error in refusal.errors]
            return [_refused(line, tuple(problems or [Problem(line, "", refusal.title)]))]

    @retried
    def _write(self, books: Sequence[GivenBook], run: Run, *, dry: bool) -> list[RowOutcome]:
        with self.transaction():
            planned = self.workbench.planned(books, run, lock=not dry)
            outcomes = [
                plan.outcome if isinstance(plan, Plan) else _refused(book.line, plan)
                for book, plan in planned
            ]
            if not dry:
                self.workbench.write([plan for _, plan in planned if isinstance(plan, Plan)], run)
            return outcomes


def _refused(line: int, problems: tuple[Problem, ...]) -> RowOutcome:
    return RowOutcome(line, Outcome.REFUSED, problems=problems)


def _batches(rows: Iterable[SourceRow]) -> Iterator[list[SourceRow]]:
    source = iter(rows)
    while batch := list(islice(source, BATCH)):
        yield batch
