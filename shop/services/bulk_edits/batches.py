"""One batch of a bulk edit: planned, applied or taken back in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from shop.models import BulkEdit, BulkRow, BulkState, RowState
from shop.models.columns import utcnow
from shop.repositories.bulk_books import BulkBookRepository
from shop.repositories.bulk_edits import BulkEditRepository
from shop.repositories.stock import StockRepository
from shop.services.bulk_edits.rules import Facts, Rule, change

GONE, CHANGED = "gone", "changed"
STOCK, CATEGORIES = "num_in_stock", "category_ids"


@dataclass
class Batch:
    """`outcomes` are what becomes of the rows, by number."""

    edit: BulkEdit
    rows: Sequence[BulkRow]
    edits: BulkEditRepository
    bulk_books: BulkBookRepository
    stock: StockRepository
    outcomes: dict[int, dict[str, Any]] = field(default_factory=dict)
    _categories: set[int] = field(default_factory=set)

    def run(self) -> None:
        if self.edit.state is BulkState.PLANNING:
            self._plan()
        elif self.edit.state is BulkState.APPLYING:
            self._write(forward=True)
        else:
            self._write(forward=False)
        moved = Counter(
            (row.state, RowState(self.outcomes[row.number]["state"])) for row in self.rows
        )
        warned = sum(1 for outcome in self.outcomes.values() if outcome.get("warnings"))
        self.edits.write_rows(
            self.edit, [{"number": number, **row} for number, row in self.outcomes.items()]
        )
        self.edit.advance(self.rows[-1].number, moved, warned)

    def _plan(self) -> None:
        rule = Rule.model_validate(self.edit.rule)
        facts = self._facts(lock=False)
        for row in self.rows:
            if row.book_id not in facts:
                self._plan_row(row, RowState.IMPOSSIBLE, {}, {}, (), GONE)
                continue
            made = change(rule, facts[row.book_id])
            if not made.after:
                self._plan_row(row, RowState.SAME, {}, {}, (), "")
                continue
            state = RowState.IMPOSSIBLE if made.impossible else RowState.PLANNED
            self._plan_row(row, state, made.before, made.after, made.warnings, made.impossible)

    def _plan_row(
        self,
        row: BulkRow,
        state: RowState,
        before: Mapping[str, Any],
        after: Mapping[str, Any],
        warnings: tuple[str, ...],
        reason: str,
    ) -> None:
        self.outcomes[row.number] = {
            "state": state,
            "before": dict(before),
            "after": dict(after),
            "warnings": warnings,
            "reason": reason,
        }

    def _write(self, *, forward: bool) -> None:
        """Apply, or with `forward` false put back: each row whose book is as it should be."""
        left = RowState.SKIPPED if forward else RowState.REFUSED
        done = RowState.APPLIED if forward else RowState.REVERTED
        facts = self._facts(lock=True)
        self._categories = self._known_categories(forward=forward)
        going: list[_Write] = []
        for row in self.rows:
            old, new = (row.before, row.after) if forward else (row.after, row.before)
            reason = self._hindrance(row, old, new, facts)
            outcome = {"state": left if reason else done, "reason": reason}
            self.outcomes[row.number] = {**outcome, "entry_id": row.entry_id}
            if not reason:
                going.append(_Write(row, old, new))
        self._change([write for write in going if write.new])
        entries = self._note(going, forward=forward)
        if forward:
            for write in going:
                self.outcomes[write.row.number]["entry_id"] = entries[write.book_id]

    def _hindrance(
        self,
        row: BulkRow,
        old: Mapping[str, Any],
        new: Mapping[str, Any],
        facts: Mapping[int, Facts],
    ) -> str:
        """Why this row stays as it is; "" where nothing stands in its way.

        Fields that somebody changed are named: `changed:list_price,status`.
        """
        book = facts.get(row.book_id or 0)
        if book is None:
            return GONE
        present = book.plain()
        if others := [name for name, value in old.items() if present[name] != value]:
            return f"{CHANGED}:{','.join(others)}"
        if not self._categories.issuperset(new.get(CATEGORIES, ())):
            return "category_gone"
        if new.get(STOCK, book.num_allocated) < book.num_allocated:
            return "promised"
        return ""

    def _known_categories(self, *, forward: bool) -> set[int]:
        """Of those that books are to get, the ones that there are."""
        wanted = {
            category
            for row in self.rows
            for category in (row.after if forward else row.before).get(CATEGORIES, ())
        }
        return self.bulk_books.categories_that_stay(wanted) if wanted else set()

    def _facts(self, *, lock: bool) -> dict[int, Facts]:
        counts_stock = any(STOCK in row.after for row in self.rows)
        ids = [row.book_id for row in self.rows if row.book_id]
        found = self.bulk_books.facts(ids, lock=lock, lock_stock=lock and counts_stock)
        return {
            key: Facts(**{name: value for name, value in row.items() if name != "id"})
            for key, row in found.items()
        }

    def _change(self, going: Sequence[_Write]) -> None:
        columns = []
        for write in going:
            row = {n: v for n, v in write.new.items() if n not in (STOCK, CATEGORIES)}
            if "list_price" in row:
                row["list_price"] = Decimal(row["list_price"])
            # Its version counts on and its time of change is now, also where it is refiled only.
            if row or CATEGORIES in write.new:
                columns.append({"id": write.book_id, **row})
        self.bulk_books.change_books(columns)
        counted = {w.book_id: w.new[STOCK] for w in going if STOCK in w.new}
        if counted:
            self.stock.recount_many(counted)
        filed = {w.book_id: w.new[CATEGORIES] for w in going if CATEGORIES in w.new}
        if filed:
            links = [
                {"book_id": book, "category_id": category}
                for book, categories in filed.items()
                for category in categories
            ]
            self.bulk_books.put_categories(filed, links)

    def _note(self, going: Sequence[_Write], *, forward: bool) -> dict[int, int]:
        by = self.edit.applied_by_id if forward else self.edit.reverted_by_id
        # Nothing is undone twice: an entry that somebody took back and set again stays so.
        undone = (
            ()
            if forward
            else self.bulk_books.taken_back(
                [write.row.entry_id for write in going if write.row.entry_id]
            )
        )
        now = utcnow()
        return self.bulk_books.note(
            [
                {
                    "at": now,
                    "actor_id": by,
                    "entity": "book",
                    "entity_id": write.book_id,
                    "action": "bulk_change" if forward else "bulk_revert",
                    "before": dict(write.old),
                    "after": dict(write.new),
                    "batch_id": self.edit.id,
                    "undoes_id": None
                    if forward or write.row.entry_id in undone
                    else write.row.entry_id,
                }
                for write in going
            ]
        )


@dataclass(frozen=True)
class _Write:
    """A row that goes through, with what is there and what comes in its place."""

    row: BulkRow
    old: Mapping[str, Any]
    new: Mapping[str, Any]

    @property
    def book_id(self) -> int:
        return self.row.book_id or 0
