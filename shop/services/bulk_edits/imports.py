"""A batch of rows of a file: planned as any import would, applied, and taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack, closing
from types import TracebackType
from typing import Any, Self

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from shop.errors import Conflict, Invalid
from shop.models import BulkEdit, BulkRow, BulkState, RowState
from shop.repositories.bulk_edits import BulkEditRepository
from shop.services.book_import.columns import GivenBook
from shop.services.book_import.plan import Plan
from shop.services.book_import.report import Problem, SourceRow
from shop.services.book_import.seen import NamedKeys, SeenKeys
from shop.services.book_import.workbench import Problems, Run, keys_of, understood
from shop.services.bulk_edits.batches import CHANGED, Batch, Tools
from shop.services.bulk_edits.putting import Put
from shop.services.storage_errors import translated

REFUSED = _l("This value is refused or taken already.")


class Runs:
    """What the batches of one import share, for as long as a job's turn goes on."""

    def __init__(self, edits: BulkEditRepository) -> None:
        self._edits = edits
        self._runs: dict[tuple[int, BulkState], Run] = {}
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()

    def of(self, edit: BulkEdit) -> Run:
        key = (edit.id, edit.state)
        if key not in self._runs:
            self._runs[key] = self._made(edit)
        return self._runs[key]

    def _made(self, edit: BulkEdit) -> Run:
        seen = self._open.enter_context(closing(SeenKeys()))
        if edit.state is BulkState.PLANNING and edit.reached:
            # Another turn has planned these.
            seen.add(keys_of(_source_rows(self._edits.rows_of(edit.id, edit.reached))))
            seen.add(
                (f"book:{row.book_id}", row.number)
                for row in self._edits.rows_of(edit.id, edit.reached)
                if row.book_id
            )
        key = edit.id
        named = NamedKeys(lambda: keys_of(_source_rows(self._edits.rows_of(key))))
        self._open.enter_context(closing(named))
        creates = bool(edit.source.get("create_categories"))
        return Run(creates, edit.applied_by_id, seen, named)


class ImportBatch(Batch):
    def __init__(self, edit: BulkEdit, rows: Sequence[BulkRow], tools: Tools, run: Run) -> None:
        super().__init__(edit, rows, tools)
        self.workbench = tools.workbench
        self.shared = run
        self.by_number = {row.number: row for row in rows}

    def run(self) -> None:
        """What is wrong with a row is kept in words: those of whoever gave the file."""
        with force_locale(self.edit.source["locale"]):
            super().run()

    def plan(self) -> None:
        books: list[GivenBook] = []
        for row in self.rows:
            given = understood(source_row(row), self.shared.seen)
            if isinstance(given, GivenBook):
                books.append(given)
            else:
                self.planned(row, RowState.IMPOSSIBLE, reason=_said(given))
        for given, plan in self.workbench.planned(books, self.shared, lock=False):
            self._plan_row(self.by_number[given.line], plan)

    def _plan_row(self, row: BulkRow, plan: Plan | Problems) -> None:
        if not isinstance(plan, Plan):
            self.planned(row, RowState.IMPOSSIBLE, reason=_said(plan))
            return
        before, after = _sides(plan)
        self.planned(
            row,
            RowState.PLANNED if after else RowState.SAME,
            before,
            after,
            title=plan.outcome.title,
            book_id=plan.stored.id if plan.stored else None,
        )

    def apply(self) -> None:
        books: list[GivenBook] = []
        for row in self.rows:
            given = understood(source_row(row), self.shared.seen)
            if isinstance(given, GivenBook):
                books.append(given)
            else:
                self.done(row, RowState.SKIPPED, _said(given))
        going: list[Plan] = []
        for book, plan in self.workbench.planned(books, self.shared, lock=True):
            row = self.by_number[book.line]
            if isinstance(plan, Plan) and _sides(plan) == (row.before, row.after):
                going.append(plan)
            else:
                self.done(row, RowState.SKIPPED, CHANGED)
        self._write(going)

    def _write(self, going: Sequence[Plan]) -> None:
        """All of them; where the database refuses one, each in a part of the transaction."""
        if not going:
            return
        try:
            with translated(), self.tools.session.begin_nested():
                written = self.workbench.write(going, self.shared, self.edit.id)
        except (Conflict, Invalid) as refusal:
            if len(going) > 1:
                for plan in going:
                    self._write([plan])
                return
            words = [str(error.message) for error in refusal.errors] or [str(REFUSED)]
            self.done(self.by_number[going[0].given.line], RowState.SKIPPED, " ".join(words))
            return
        for plan in going:
            row = self.by_number[plan.given.line]
            mine = written.get(plan.given.line)
            self.done(
                row,
                RowState.APPLIED,
                book_id=mine.book_id if mine else None,
                entry_id=mine.entry_id if mine else None,
            )

    def take_back(self) -> None:
        # Before any book, as imports do: what was made for these books may go at the end.
        self.workbench.imported.take_turn()
        entries = self.bulk_books.entries([row.entry_id for row in self.rows if row.entry_id])
        ids = [row.book_id for row in self.rows if row.book_id]
        locked = self.bulk_books.facts(ids, lock=True, lock_stock=True)
        present = self.bulk_books.whole_facts(ids)
        in_use = self.bulk_books.in_use(ids)
        categories = self.categories_of([entry.before for entry in entries.values()])
        going: list[Put] = []
        unmade: list[Put] = []
        for row in self.rows:
            entry = entries[row.entry_id or 0]
            book = entry.entity_id
            promised = locked[book]["num_allocated"] if book in locked else 0
            old, new = entry.after, entry.before
            # Of a new book nothing comes in the place of what there is.
            reason = self.hindrance(present.get(book), old, new, promised, categories)
            if not reason and not new and book in in_use:
                reason = "in_use"
            if reason:
                self.done(row, RowState.REFUSED, reason)
                continue
            (going if new else unmade).append(Put(book, old, new, entry.id))
            self.done(row, RowState.REVERTED)
        self._put_back(going, {row.entry_id: row for row in self.rows})
        self.bulk_books.remove([write.book_id for write in unmade])
        self.note(unmade, "delete")

    def _put_back(self, going: Sequence[Put], rows: Mapping[int | None, BulkRow]) -> None:
        """All of them; what hangs on somebody who is gone, or was given to others, is refused."""
        try:
            with translated(), self.tools.session.begin_nested():
                self.put(going, "bulk_revert")
        except (Conflict, Invalid):
            if len(going) > 1:
                for write in going:
                    self._put_back([write], rows)
                return
            self.done(rows[going[0].entry_id], RowState.REFUSED, "needed_is_gone")


def source_row(row: BulkRow) -> SourceRow:
    return SourceRow(row.number, row.given or {})


def _source_rows(rows: Iterable[BulkRow]) -> Iterable[SourceRow]:
    return (source_row(row) for row in rows if row.given is not None)


def _sides(plan: Plan) -> tuple[dict[str, Any], dict[str, Any]]:
    """Before and after of what a row changes, as JSON has it; nothing before of a new book."""
    before = {name: _plain(old) for name, (old, _) in plan.changes.items()}
    after = {name: _plain(new) for name, (_, new) in plan.changes.items()}
    return (before if plan.stored else {}), after


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping | int | None):
        return value
    return list(value) if isinstance(value, tuple) else str(value)


def _said(problems: tuple[Problem, ...]) -> str:
    return " ".join(
        f"{problem.field}: {problem.message}." if problem.field else f"{problem.message}."
        for problem in problems
    )
