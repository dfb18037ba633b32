"""One batch of a bulk edit: planned, applied or taken back in one transaction."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shop.models import BulkEdit, BulkRow, BulkState, RowState
from shop.models.catalogue import LONGEST_TITLE
from shop.models.columns import utcnow
from shop.repositories.base import Sessions
from shop.repositories.bulk_books import BulkBookRepository
from shop.repositories.bulk_edits import BulkEditRepository
from shop.repositories.stock import StockRepository
from shop.services.book_import.workbench import Workbench
from shop.services.bulk_edits.putting import CATEGORIES, STOCK, Put, put

GONE, CHANGED = "gone", "changed"
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Tools:
    """What batches write with."""

    session: Sessions
    edits: BulkEditRepository
    bulk_books: BulkBookRepository
    stock: StockRepository
    workbench: Workbench


class Batch(ABC):
    """`outcomes` are what becomes of the rows, by number: columns of a row that all have."""

    def __init__(self, edit: BulkEdit, rows: Sequence[BulkRow], tools: Tools) -> None:
        self.edit = edit
        self.rows = rows
        self.tools = tools
        self.bulk_books = tools.bulk_books
        self.outcomes: dict[int, dict[str, Any]] = {}

    def run(self) -> None:
        phases = {
            BulkState.PLANNING: self.plan,
            BulkState.APPLYING: self.apply,
            BulkState.REVERTING: self.take_back,
        }
        phases[self.edit.state]()
        moved = Counter(
            (row.state, RowState(self.outcomes[row.number]["state"])) for row in self.rows
        )
        warned = sum(1 for outcome in self.outcomes.values() if outcome.get("warnings"))
        self.tools.edits.write_rows(
            self.edit, [{"number": number, **row} for number, row in self.outcomes.items()]
        )
        self.edit.advance(self.rows[-1].number, moved, warned)

    @abstractmethod
    def plan(self) -> None:
        """Say of each row what it would change."""

    @abstractmethod
    def apply(self) -> None:
        """Do what is planned, where the book is as the plan saw it."""

    @abstractmethod
    def take_back(self) -> None:
        """Put back what was there before, where the book is as it was left."""

    def planned(
        self,
        row: BulkRow,
        state: RowState,
        before: Values | None = None,
        after: Values | None = None,
        warnings: tuple[str, ...] = (),
        reason: str = "",
        title: str | None = None,
        book_id: int | None = None,
    ) -> None:
        """`title` and `book_id` where planning is the first to know them."""
        self.outcomes[row.number] = {
            "state": state,
            "before": dict(before or {}),
            "after": dict(after or {}),
            "warnings": warnings,
            "reason": reason,
            "title": row.title if title is None else title[:LONGEST_TITLE],
            "book_id": book_id or row.book_id,
        }

    def done(
        self,
        row: BulkRow,
        state: RowState,
        reason: str = "",
        *,
        book_id: int | None = None,
        entry_id: int | None = None,
    ) -> None:
        """`book_id` and `entry_id` where this has made them."""
        self.outcomes[row.number] = {
            "state": state,
            "reason": reason,
            "entry_id": entry_id or row.entry_id,
            "book_id": book_id or row.book_id,
        }

    def hindrance(
        self, present: Values | None, old: Values, new: Values, promised: int, categories: set[int]
    ) -> str:
        """Why a book stays as it is; "" where nothing stands in the way.

        Fields that somebody changed are named: `changed:list_price,status`.
        """
        if present is None:
            return GONE
        if others := [name for name, value in old.items() if present.get(name) != value]:
            return f"{CHANGED}:{','.join(others)}"
        if not categories.issuperset(new.get(CATEGORIES, ())):
            return "category_gone"
        if new.get(STOCK, promised) < promised:
            return "promised"
        return ""

    def categories_of(self, all_new: Sequence[Values]) -> set[int]:
        """Of the categories that books are to get, those that there are."""
        wanted = {category for new in all_new for category in new.get(CATEGORIES, ())}
        return self.bulk_books.categories_that_stay(wanted) if wanted else set()

    def put(self, going: Sequence[Put], action: str) -> dict[int, int]:
        """Write these, and leave an entry of each; the entries' ids by book."""
        put(going, self.bulk_books, self.tools.stock)
        return self.note(going, action)

    def note(self, going: Sequence[Put], action: str) -> dict[int, int]:
        """Leave an entry of each; where it takes another one back, with that one's number."""
        forward = self.edit.state is BulkState.APPLYING
        by = self.edit.applied_by_id if forward else self.edit.reverted_by_id
        undoes = {} if forward else {w.book_id: w.entry_id for w in going if w.entry_id}
        # Nothing is undone twice: an entry that somebody took back and set again stays so.
        undone = self.bulk_books.taken_back([*undoes.values()]) if undoes else set()
        now = utcnow()
        return self.bulk_books.note(
            [
                {
                    "at": now,
                    "actor_id": by,
                    "entity": "book",
                    "entity_id": write.book_id,
                    "action": action,
                    "before": dict(write.old),
                    "after": dict(write.new),
                    "batch_id": self.edit.id,
                    "undoes_id": None if (undo := undoes.get(write.book_id)) in undone else undo,
                }
                for write in going
            ]
        )
