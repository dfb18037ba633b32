"""Changes of many books at once: what is asked for, what it would do, and what became of it."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import Any

from sqlalchemy import ARRAY, ForeignKey, Index, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.errors import IllegalMove
from shop.extensions import Base
from shop.models.catalogue import LONGEST_TITLE
from shop.models.columns import Id, Instant, Version, choice, utcnow
from shop.models.users import User


class BulkKind(StrEnum):
    """A rule for books of the shop, or the rows of a file."""

    EDIT = "edit"
    IMPORT = "import"


class BulkState(StrEnum):
    PLANNING = "planning"
    PLANNED = "planned"
    APPLYING = "applying"
    APPLIED = "applied"
    REVERTING = "reverting"
    REVERTED = "reverted"
    ABANDONED = "abandoned"


# A job has something to do for these.
UNDER_WAY = (BulkState.PLANNING, BulkState.APPLYING, BulkState.REVERTING)
MOVES: dict[BulkState, frozenset[BulkState]] = {
    BulkState.PLANNING: frozenset({BulkState.PLANNED, BulkState.ABANDONED}),
    BulkState.PLANNED: frozenset({BulkState.APPLYING, BulkState.ABANDONED}),
    BulkState.APPLYING: frozenset({BulkState.APPLIED}),
    # Again, where it was stopped before the end.
    BulkState.APPLIED: frozenset({BulkState.APPLYING, BulkState.REVERTING}),
    BulkState.REVERTING: frozenset({BulkState.REVERTED}),
    # What was refused the first time may go the second time.
    BulkState.REVERTED: frozenset({BulkState.REVERTING}),
    BulkState.ABANDONED: frozenset(),
}


class RowState(StrEnum):
    CHOSEN = "chosen"
    PLANNED = "planned"
    # It is so already.
    SAME = "same"
    IMPOSSIBLE = "impossible"
    APPLIED = "applied"
    # Changed by somebody between the preview and the change.
    SKIPPED = "skipped"
    REVERTED = "reverted"
    # Changed by somebody since: it stays as it is.
    REFUSED = "refused"


# The rows that a phase has to go through.
# What a phase leads to, at its end or where it is stopped.
AFTER: dict[BulkState, BulkState] = {
    BulkState.PLANNING: BulkState.PLANNED,
    BulkState.APPLYING: BulkState.APPLIED,
    BulkState.REVERTING: BulkState.REVERTED,
}
# A batch that was begun so often, and never ended, is not begun again.
MOST_TRIES = 5
TO_DO: dict[BulkState, tuple[RowState, ...]] = {
    BulkState.PLANNING: (RowState.CHOSEN,),
    BulkState.APPLYING: (RowState.PLANNED,),
    BulkState.REVERTING: (RowState.APPLIED, RowState.REFUSED),
}


class BulkEdit(Base):
    """A change of many books: planned, looked at, applied by a job, and taken back if need be."""

    __tablename__ = "bulk_edits"
    __table_args__ = (
        Index(
            "ix_bulk_edits_under_way",
            "id",
            postgresql_where=text("state IN ('planning', 'applying', 'reverting')"),
        ),
    )

    id: Mapped[Id]
    state: Mapped[BulkState] = mapped_column(choice(BulkState, "state"), default=BulkState.PLANNING)
    kind: Mapped[BulkKind] = mapped_column(
        choice(BulkKind, "kind"), default=BulkKind.EDIT, server_default=BulkKind.EDIT.value
    )
    # Of an import: the name of the file, and whether missing categories are made.
    source: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    # What is done to each book, as `services.bulk_edits.rules.Rule` reads it.
    rule: Mapped[dict[str, Any]] = mapped_column(JSONB)
    # The filters of the list that the books were chosen from, as its address has them.
    selection: Mapped[dict[str, str]] = mapped_column(JSONB)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[Instant] = mapped_column(default=utcnow)
    applied_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    applied_at: Mapped[Instant | None]
    reverted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reverted_at: Mapped[Instant | None]
    # Rows in all, by their state, and those with a warning.
    counts: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict)
    # The number of the last row that the present phase has done, and how many it began with.
    reached: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    to_do: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    done: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    # How often the present batch was begun; why the shop stopped by itself, in a word.
    tries: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    trouble: Mapped[str] = mapped_column(String(40), default="", server_default="")
    version: Mapped[Version] = mapped_column()

    made_by: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[made_by_id])
    applied_by: Mapped[User | None] = relationship(
        lazy="raise_on_sql", foreign_keys=[applied_by_id]
    )
    reverted_by: Mapped[User | None] = relationship(
        lazy="raise_on_sql", foreign_keys=[reverted_by_id]
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def total(self) -> int:
        return sum(self.counts.get(state, 0) for state in RowState)

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    def may_become(self, state: BulkState) -> bool:
        """Whether there is something to do in that state, too."""
        if state not in MOVES[self.state]:
            return False
        return state not in TO_DO or self._waiting(state) > 0

    def apply(self, by: User) -> None:
        """A job does what is planned."""
        self._begin(BulkState.APPLYING)
        self.applied_by_id, self.applied_at = by.id, utcnow()

    def revert(self, by: User) -> None:
        """A job takes back what was done."""
        self._begin(BulkState.REVERTING)
        self.reverted_by_id, self.reverted_at = by.id, utcnow()

    def abandon(self) -> None:
        self._move(BulkState.ABANDONED)

    def choose(self, books: int, impossible: int = 0) -> None:
        """So many rows wait for their plan, and so many cannot be read."""
        counts = {RowState.CHOSEN: books, RowState.IMPOSSIBLE: impossible}
        self.counts = {str(state): rows for state, rows in counts.items() if rows}
        self.to_do = books

    def advance(self, number: int, moved: Counter[tuple[RowState, RowState]], warned: int) -> None:
        """Rows up to this number are done; `moved` counts them by what they were and became."""
        counts = Counter(self.counts)
        for (before, after), rows in moved.items():
            counts[before] -= rows
            counts[after] += rows
        counts["warned"] += warned
        self.counts = {name: rows for name, rows in counts.items() if rows}
        self.reached = number
        self.done += moved.total()
        self.tries = 0

    def finish(self) -> None:
        """The present phase has no row left."""
        self._move(AFTER[self.state])

    def try_batch(self) -> bool:
        """Begin the next batch; False where that has gone wrong too often, and it is over."""
        if self.tries >= MOST_TRIES:
            self.stop("deadly")
            return False
        self.tries += 1
        return True

    def stop(self, trouble: str = "") -> None:
        """Leave the rest as it is: a plan is thrown away, what was done can go on or back."""
        if not self.is_under_way:
            raise IllegalMove(f"A bulk edit in state {self.state} cannot be stopped.")
        planning = self.state is BulkState.PLANNING
        self._move(BulkState.ABANDONED if planning else AFTER[self.state])
        self.tries, self.trouble = 0, trouble

    def _begin(self, state: BulkState) -> None:
        waiting = self._waiting(state)
        self._move(state)
        self.reached, self.done, self.to_do = 0, 0, waiting
        self.tries, self.trouble = 0, ""

    def _waiting(self, state: BulkState) -> int:
        return sum(self.counts.get(row, 0) for row in TO_DO[state])

    def _move(self, state: BulkState) -> None:
        if not self.may_become(state):
            raise IllegalMove(f"A bulk edit in state {self.state} cannot become {state}.")
        self.state = state


class BulkRow(Base):
    """One book of a bulk edit. `before` and `after` have what changes, and nothing else."""

    __tablename__ = "bulk_rows"
    __table_args__ = (
        Index("ix_bulk_rows_edit_id_state_number", "edit_id", "state", "number"),
        Index(
            "ix_bulk_rows_warned",
            "edit_id",
            "number",
            postgresql_where=text("warnings <> '{}'"),
        ),
    )

    edit_id: Mapped[int] = mapped_column(
        ForeignKey("bulk_edits.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # Of an import: the cells of the file's row, by column.
    given: Mapped[dict[str, str] | None] = mapped_column(JSONB)
    # No foreign key: a book that is gone is told as one. None of an import's, until there is one.
    book_id: Mapped[int | None]
    title: Mapped[str] = mapped_column(String(LONGEST_TITLE), server_default="")
    before: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    after: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    warnings: Mapped[list[str]] = mapped_column(ARRAY(String(40)), server_default="{}")
    state: Mapped[RowState] = mapped_column(
        choice(RowState, "state"), server_default=RowState.CHOSEN.value
    )
    # Why it is impossible, was skipped or refused: a word that pages have a sentence for, or a
    # sentence.
    reason: Mapped[str] = mapped_column(Text, server_default="")
    # The entry of the trail that applying left.
    entry_id: Mapped[int | None]
