"""What goes into an import, row by row, and what comes out of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

MOST_PROBLEMS = 10_000
"""So many are kept with their words; the others are counted."""


@dataclass(frozen=True)
class SourceRow:
    """A row as it was given: text by column. `line` is where it begins, for people to find it."""

    line: int
    cells: Mapping[str, str]
    # What is wrong with the row as a whole: too few cells, or too many.
    broken: object = None


@dataclass(frozen=True)
class Problem:
    """Why a row was left out. `message` is a str or a lazily translated one."""

    line: int
    field: str
    message: object


class Outcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True)
class RowOutcome:
    """What became of a row, or would. `changes` are before and after by field."""

    line: int
    outcome: Outcome
    title: str = ""
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


@dataclass
class Report:
    """The sum of it."""

    dry_run: bool
    counts: Counter[Outcome] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    # Problems beyond those that are kept.
    more_problems: int = 0

    def add(self, row: RowOutcome) -> None:
        self.counts[row.outcome] += 1
        room = MOST_PROBLEMS - len(self.problems)
        self.problems.extend(row.problems[:room])
        self.more_problems += len(row.problems[room:])

    @property
    def rows(self) -> int:
        return self.counts.total()

    @property
    def refused(self) -> int:
        return self.counts[Outcome.REFUSED]
