"""Bulk edits and their rows: chosen, looked at, and gone through a batch at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, delete, func, insert, literal, null, select, update
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.interfaces import ORMOption

from shop.models import Book, BulkEdit, BulkKind, BulkRow, BulkState, RowState
from shop.models.bulk_edits import TO_DO, UNDER_WAY
from shop.repositories.base import Repository
from shop.repositories.bulk import Values, insert_rows, update_rows
from shop.repositories.bulk_books import table_of
from shop.repositories.paging import Page

AT_A_TIME = 2000


class Shown(StrEnum):
    """Rows that somebody looks at together."""

    CHANGES = "changes"
    WARNINGS = "warnings"
    LEFT_OUT = "left_out"


SHOWN: dict[Shown, ColumnElement[bool]] = {
    Shown.CHANGES: BulkRow.state.in_(
        [RowState.PLANNED, RowState.APPLIED, RowState.REVERTED, RowState.REFUSED]
    ),
    Shown.WARNINGS: BulkRow.warnings != [],
    Shown.LEFT_OUT: BulkRow.state.in_([RowState.IMPOSSIBLE, RowState.SKIPPED, RowState.REFUSED]),
}


class BulkEditRepository(Repository[BulkEdit]):
    entity = BulkEdit

    def loads(self) -> tuple[ORMOption, ...]:
        return (
            joinedload(BulkEdit.made_by),
            joinedload(BulkEdit.applied_by),
            joinedload(BulkEdit.reverted_by),
        )

    def latest(self, page: int, limit: int) -> Page[BulkEdit]:
        return self.page(select(BulkEdit).order_by(BulkEdit.id.desc()), page, limit)

    def locked(self, edit_id: int) -> BulkEdit:
        """The edit as it is now, kept from others until the transaction ends."""
        query = select(BulkEdit).where(BulkEdit.id == edit_id)
        locked = query.with_for_update(of=BulkEdit).execution_options(populate_existing=True)
        return self.session.scalars(locked).one()

    def under_way(self) -> BulkEdit | None:
        """The first edit that a job has to go on with and no other job is at, locked."""
        query = select(BulkEdit).where(BulkEdit.state.in_(UNDER_WAY)).order_by(BulkEdit.id)
        free = query.limit(1).with_for_update(skip_locked=True)
        return self.session.scalars(free.execution_options(populate_existing=True)).one_or_none()

    def forget_plans(self, before: datetime) -> int:
        """Delete the rows of plans that were thrown away before then; answers how many."""
        old = select(BulkEdit.id).where(
            BulkEdit.state == BulkState.ABANDONED, BulkEdit.made_at < before
        )
        gone = delete(BulkRow).where(BulkRow.edit_id.in_(old))
        return self.changed(gone.execution_options(synchronize_session=False))

    def forget_cells(self, before: datetime) -> int:
        """Empty the cells of files that were looked at before then, but for those of rows that may
        still go in; answers of how many rows."""
        old = select(BulkEdit.id).where(
            BulkEdit.kind == BulkKind.IMPORT,
            BulkEdit.state.not_in((*UNDER_WAY, BulkState.PLANNED)),
            BulkEdit.made_at < before,
        )
        thrown_away = select(BulkEdit.id).where(BulkEdit.state == BulkState.ABANDONED)
        emptied = update(BulkRow).where(
            BulkRow.edit_id.in_(old),
            BulkRow.given.is_not(None),
            BulkRow.state.not_in(TO_DO[BulkState.APPLYING]) | BulkRow.edit_id.in_(thrown_away),
        )
        return self.changed(
            emptied.values(given=null()).execution_options(synchronize_session=False)
        )

    def choose(self, edit: BulkEdit, books: Select[int]) -> int:
        """A row for each of these books, by id; answers how many."""
        ids = books.subquery()
        number = func.row_number().over(order_by=Book.id)
        rows = select(literal(edit.id), number, Book.id, Book.title).where(Book.id.in_(select(ids)))
        columns = ("edit_id", "number", "book_id", "title")
        chosen = insert(table_of(BulkRow)).from_select(columns, rows)
        return self.changed(chosen.execution_options(preserve_rowcount=True))

    def keep_rows(self, rows: Sequence[Values]) -> None:
        """Rows of a file, each with the same columns."""
        insert_rows(self.session, table_of(BulkRow), rows)

    def rows_of(self, edit_id: int, until: int | None = None) -> Iterator[BulkRow]:
        """All rows by number, or those up to a number; read as they are asked for."""
        query = select(BulkRow).where(BulkRow.edit_id == edit_id).order_by(BulkRow.number)
        if until is not None:
            query = query.where(BulkRow.number <= until)
        yield from self.session.scalars(query.execution_options(yield_per=AT_A_TIME))

    def next_rows(self, edit: BulkEdit, limit: int) -> Sequence[BulkRow]:
        """The next rows of the phase that the edit is in, by number."""
        query = (
            select(BulkRow)
            .where(
                BulkRow.edit_id == edit.id,
                BulkRow.number > edit.reached,
                BulkRow.state.in_(TO_DO[edit.state]),
            )
            .order_by(BulkRow.number)
            .limit(limit)
        )
        return self.session.scalars(query).all()

    def write_rows(self, edit: BulkEdit, rows: Sequence[Values]) -> None:
        """Set columns of rows of the edit, found by `number`."""
        mine = f"bulk_rows.edit_id = {edit.id:d}"
        update_rows(self.session, table_of(BulkRow), "number", rows, among=mine)

    def rows(self, edit_id: int, shown: Shown, page: int, limit: int) -> Page[BulkRow]:
        query = select(BulkRow).where(BulkRow.edit_id == edit_id, SHOWN[shown])
        counted = select(func.count()).select_from(query.subquery())
        total = self.session.scalar(counted) or 0
        part = query.order_by(BulkRow.number).limit(limit).offset((page - 1) * limit)
        return Page(self.session.scalars(part).all(), total, page, limit)
