"""A batch of books of the shop under one rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shop.models import RowState
from shop.services.bulk_edits.batches import GONE, Batch
from shop.services.bulk_edits.putting import STOCK, Put
from shop.services.bulk_edits.rules import Facts, Rule, change


class EditBatch(Batch):
    def plan(self) -> None:
        rule = Rule.model_validate(self.edit.rule)
        facts = self._facts(lock=False)
        for row in self.rows:
            if row.book_id not in facts:
                self.planned(row, RowState.IMPOSSIBLE, reason=GONE)
                continue
            made = change(rule, facts[row.book_id])
            if not made.after:
                self.planned(row, RowState.SAME)
                continue
            state = RowState.IMPOSSIBLE if made.impossible else RowState.PLANNED
            self.planned(row, state, made.before, made.after, made.warnings, made.impossible)

    def apply(self) -> None:
        self._write({row.number: (row.before, row.after) for row in self.rows}, forward=True)

    def take_back(self) -> None:
        self._write({row.number: (row.after, row.before) for row in self.rows}, forward=False)

    def _write(
        self, wanted: Mapping[int, tuple[Mapping[str, Any], Mapping[str, Any]]], *, forward: bool
    ) -> None:
        left = RowState.SKIPPED if forward else RowState.REFUSED
        facts = self._facts(lock=True)
        categories = self.categories_of([new for _, new in wanted.values()])
        going: dict[int, Put] = {}
        for row in self.rows:
            old, new = wanted[row.number]
            book = facts.get(row.book_id or 0)
            present = book.plain() if book else None
            promised = book.num_allocated if book else 0
            if reason := self.hindrance(present, old, new, promised, categories):
                self.done(row, left, reason)
                continue
            going[row.number] = Put(row.book_id or 0, old, new, row.entry_id)
            self.done(row, RowState.APPLIED if forward else RowState.REVERTED)
        entries = self.put([*going.values()], "bulk_change" if forward else "bulk_revert")
        if forward:
            for number, write in going.items():
                self.outcomes[number]["entry_id"] = entries[write.book_id]

    def _facts(self, *, lock: bool) -> dict[int, Facts]:
        counts_stock = any(STOCK in row.after for row in self.rows)
        ids = [row.book_id for row in self.rows if row.book_id]
        found = self.bulk_books.facts(ids, lock=lock, lock_stock=lock and counts_stock)
        return {
            key: Facts(**{name: value for name, value in row.items() if name != "id"})
            for key, row in found.items()
        }
