"""Bulk edits: many books changed by one rule, looked at before and taken back after.

What is asked for is planned row by row, so that the preview is what will be done. A job goes
through the rows in batches, each a transaction of its own: killed in the middle, it goes on after
the last whole batch. A row whose book somebody else changed meanwhile stays, and says so.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from itertools import islice
from typing import Any

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from shop.errors import FieldError, Invalid, Stale, Unavailable
from shop.models import BulkEdit, BulkKind, BulkRow, BulkState, RowState, User
from shop.models.catalogue import LONGEST_TITLE
from shop.models.columns import utcnow
from shop.repositories.base import Sessions
from shop.repositories.books import BookRepository
from shop.repositories.bulk_books import BulkBookRepository
from shop.repositories.bulk_edits import BulkEditRepository, Shown
from shop.repositories.catalogue import CategoryRepository
from shop.repositories.imported_books import ImportedBookRepository
from shop.repositories.paging import Page
from shop.repositories.staff_book_filters import StaffBookFilters
from shop.repositories.stock import StockRepository
from shop.services.base import EntityBaseService, Turn, retried
from shop.services.book_import.report import SourceRow
from shop.services.book_import.workbench import Workbench
from shop.services.bulk_edits.batches import Tools
from shop.services.bulk_edits.edits import EditBatch
from shop.services.bulk_edits.imports import ImportBatch, Runs
from shop.services.bulk_edits.names_made import take_names_back
from shop.services.bulk_edits.rules import Rule

logger = logging.getLogger(__name__)

PLANS_KEPT, CELLS_KEPT = timedelta(days=7), timedelta(days=30)
BATCH = 1000
"""Rows of one transaction: so many books are kept from others for a fraction of a second."""
AT_ONCE = 200
"""So many books are planned while somebody waits; more are a job's."""


class BulkEditService(EntityBaseService[BulkEdit]):
    def __init__(
        self,
        session: Sessions,
        edits: BulkEditRepository,
        books: BookRepository,
        bulk_books: BulkBookRepository,
        categories: CategoryRepository,
        stock: StockRepository,
        imported: ImportedBookRepository,
        nudge: Callable[[], None],
    ) -> None:
        super().__init__(session, edits)
        self.edits = edits
        self.books = books
        self.categories = categories
        self.tools = Tools(session, edits, bulk_books, stock, Workbench(imported, stock))
        self.nudge = nudge

    def latest(self, page: int, limit: int) -> Page[BulkEdit]:
        """The newest first."""
        with self.transaction():
            return self.edits.latest(page, limit)

    def rows(self, edit_id: int, shown: Shown, page: int, limit: int) -> Page[BulkRow]:
        with self.transaction():
            return self.edits.rows(edit_id, shown, page, limit)

    def count(self, selection: Mapping[str, str]) -> int:
        """How many books these filters choose."""
        with self.transaction():
            return self.books.count_chosen(StaffBookFilters.parse(selection))

    @retried
    def begin(self, rule: Rule, selection: Mapping[str, str], by: User) -> BulkEdit:
        """Choose the books that match now, and plan what becomes of each.

        Invalid where the rule asks for nothing, names a category that is not there, or where no
        book matches.
        """
        filters = StaffBookFilters.parse(selection)
        with self.transaction():
            self._refuse_what_makes_no_sense(rule)
            edit = self.edits.add(
                BulkEdit(
                    rule=rule.model_dump(mode="json", exclude_defaults=True),
                    selection=dict(selection),
                    made_by_id=by.id,
                )
            )
            chosen = self.edits.choose(edit, self.books.chosen(filters))
            if not chosen:
                raise _refused("selection", _l("No book matches: choose others."))
            edit.choose(chosen)
            self._plan_small(edit, chosen)
        return self._begun(edit.id)

    @retried
    def begin_import(
        self,
        rows: Iterable[SourceRow],
        name: str,
        by: User,
        *,
        locale: str,
        create_categories: bool = False,
    ) -> BulkEdit:
        """Keep the rows of a file, called `name`, and plan what becomes of each.

        What is wrong with a row is told in the language `locale`. Invalid where there is no row.
        """
        with self.transaction():
            source = {"name": name, "create_categories": create_categories, "locale": locale}
            edit = self.edits.add(
                BulkEdit(
                    kind=BulkKind.IMPORT, rule={}, selection={}, source=source, made_by_id=by.id
                )
            )
            with force_locale(locale):
                readable, broken = self._keep(edit, rows)
            if not readable + broken:
                raise _refused("file", _l("There is no book in this file."))
            edit.choose(readable, broken)
            self._plan_small(edit, readable)
        return self._begun(edit.id)

    def _keep(self, edit: BulkEdit, rows: Iterable[SourceRow]) -> tuple[int, int]:
        """How many rows can be read, and how many cannot."""
        readable = broken = 0
        source = iter(rows)
        while batch := list(islice(source, BATCH)):
            kept = [{"edit_id": edit.id, "number": row.line, **_kept(row)} for row in batch]
            self.edits.keep_rows(kept)
            mistaken = sum(row["state"] is RowState.IMPOSSIBLE for row in kept)
            readable, broken = readable + len(batch) - mistaken, broken + mistaken
        return readable, broken

    def _plan_small(self, edit: BulkEdit, rows: int) -> None:
        if rows <= AT_ONCE:
            with Runs(self.edits) as runs:
                self._go_on(edit, runs)

    def _begun(self, edit_id: int) -> BulkEdit:
        """The edit as it is now; a job goes on with what is left to do."""
        edit = self.get(edit_id)
        if edit.is_under_way:
            self.nudge()
        return edit

    def _refuse_what_makes_no_sense(self, rule: Rule) -> None:
        if rule.asks_for_nothing:
            raise _refused("", _l("Say what should change: nothing is chosen yet."))
        for field in ("add_categories", "remove_categories"):
            ids = set(getattr(rule, field))
            if ids - self.categories.by_ids(ids).keys():
                raise _refused(field, _l("This category is not there any more: choose another."))

    @retried
    def apply(self, edit_id: int, version: int, by: User) -> BulkEdit:
        """Have a job do what is planned; Stale when it is not as it was seen at `version`."""
        with self.transaction():
            self._seen(edit_id, version).apply(by)
        self.nudge()
        return self.get(edit_id)

    @retried
    def revert(self, edit_id: int, version: int, by: User) -> BulkEdit:
        """Have a job put back what was there before, but for what was changed since."""
        with self.transaction():
            self._seen(edit_id, version).revert(by)
        self.nudge()
        return self.get(edit_id)

    @retried
    def abandon(self, edit_id: int, version: int) -> BulkEdit:
        """Throw a plan away; nothing was changed by it."""
        with self.transaction():
            self._seen(edit_id, version).abandon()
        return self.get(edit_id)

    @retried
    def stop(self, edit_id: int) -> BulkEdit:
        """Leave the rest as it is, after the batch at hand."""
        with self.transaction():
            self.edits.locked(edit_id).stop()
        return self.get(edit_id)

    def forget_old(self) -> int:
        """Let go of what nobody looks at any more; answers of how many rows.

        Plans thrown away a week ago, and cells of files of a month ago.
        """
        with self.transaction():
            now = utcnow()
            plans = self.edits.forget_plans(now - PLANS_KEPT)
            return plans + self.edits.forget_cells(now - CELLS_KEPT)

    def _seen(self, edit_id: int, version: int) -> BulkEdit:
        edit = self.edits.locked(edit_id)
        if edit.version != version:
            raise Stale()
        return edit

    def work(self, turn: Turn) -> int:
        """Go on with what is under way until the turn is over; answers how many rows are done.

        Whoever stays behind is called again by the clock.
        """
        done = 0
        with Runs(self.edits) as runs:
            while not turn.is_over and (rows := self._next_batch(runs)) is not None:
                done += rows
        return done

    def _next_batch(self, runs: Runs) -> int | None:
        """The number of rows done; None where nothing is under way, or others are at it.

        A batch that goes wrong ends its edit, so that it is in no other's way.
        """
        key = self._try_one()
        if key is None:
            return None
        try:
            return self._batch_of(key, runs)
        except Unavailable:
            raise
        except Exception:
            logger.exception("bulk edit %s is stopped: a batch of it went wrong", key)
            self._give_up(key)
            return 0

    @retried
    def _try_one(self) -> int | None:
        with self.transaction():
            while (edit := self.edits.under_way()) is not None:
                if edit.try_batch():
                    return edit.id
                logger.error("bulk edit %s is stopped: workers died of it", edit.id)
                self.session.flush()
            return None

    @retried
    def _batch_of(self, edit_id: int, runs: Runs) -> int:
        with self.transaction():
            edit = self.edits.locked(edit_id)
            return self._go_on(edit, runs) if edit.is_under_way else 0

    @retried
    def _give_up(self, edit_id: int) -> None:
        with self.transaction():
            edit = self.edits.locked(edit_id)
            if edit.is_under_way:
                edit.stop("mistake")

    def _go_on(self, edit: BulkEdit, runs: Runs) -> int:
        rows = self.edits.next_rows(edit, BATCH)
        if rows and edit.kind is BulkKind.IMPORT:
            ImportBatch(edit, rows, self.tools, runs.of(edit)).run()
        elif rows:
            EditBatch(edit, rows, self.tools).run()
        if len(rows) < BATCH:
            if edit.kind is BulkKind.IMPORT and edit.state is BulkState.REVERTING:
                take_names_back(edit, self.tools)
            edit.finish()
        self.session.flush()
        self.session.expire_all()
        return len(rows)


def _kept(row: SourceRow) -> dict[str, Any]:
    """The columns of a row of a file; what the database cannot hold is wrong with the row."""
    broken = row.broken
    for name, cell in row.cells.items():
        if broken is None and "\0" in cell:
            broken = _l("%(column)s: there is a control character (code 0) in it", column=name)
    return {
        "given": {} if broken is not None else dict(row.cells),
        "title": row.cells.get("title", "").replace("\0", "")[:LONGEST_TITLE],
        "state": RowState.CHOSEN if broken is None else RowState.IMPOSSIBLE,
        "reason": "" if broken is None else f"{broken}.",
    }


def _refused(field: str, message: object) -> Invalid:
    return Invalid(message, (FieldError(field, message, "refused"),))
