"""What a backup says of itself: its last page but one, written when all else is known."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict

# Told what is at hand, and how many rows or pictures of it are done.
Tell = Callable[[str, int], None]
# Another number when an older version could not read what a newer one writes.
FORMAT = 1


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True)


class Part(_Record):
    """A file in the archive: bytes, and their SHA-256."""

    name: str
    size: int
    sha256: str


class TableRecord(_Record):
    """One table; `checksum` is a RowSum of its rows."""

    name: str
    columns: tuple[str, ...]
    rows: int
    checksum: str
    parts: tuple[Part, ...] = ()


class CounterRecord(_Record):
    """Where a sequence stood; `used` says that this number was given out."""

    name: str
    value: int
    used: bool


class PictureRecord(_Record):
    """`vanished` are originals that the database named and their store did not have."""

    count: int = 0
    vanished: tuple[str, ...] = ()


class Manifest(_Record):
    format: int = FORMAT
    made_at: datetime
    shop: str
    revision: str
    postgresql: str
    tables: tuple[TableRecord, ...]
    counters: tuple[CounterRecord, ...]
    # None where they were left out.
    pictures: PictureRecord | None = None

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)


class RowSum:
    """A checksum of rows that is the same in whatever order they come.

    Each row is a line of COPY's text format with its columns by name; the SHA-256 of all lines are
    added up, beginning with that of the columns' names.
    """

    def __init__(self, columns: Sequence[str]) -> None:
        self.rows = 0
        self._sum = _number(",".join(columns).encode())

    def add(self, line: bytes) -> None:
        self.rows += 1
        self._sum += _number(line)

    def __str__(self) -> str:
        return f"{self._sum % 2**256:064x}"


def _number(data: bytes) -> int:
    return int.from_bytes(hashlib.sha256(data).digest(), "big")
