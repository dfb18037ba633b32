"""What the shop asks of whatever keeps its pictures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Stored:
    """A file that is there: bytes, and when it was written (UTC)."""

    key: str
    size: int
    changed_at: datetime


class FileStore(Protocol):
    """Keeps bytes under keys. FilesUnavailable where the store itself is in trouble."""

    def put(self, key: str, data: bytes) -> None:
        """Whole or not at all: nobody ever reads half a file. Safe to repeat."""

    def read(self, key: str) -> bytes:
        """FileNotFoundError when it is not there."""

    def has(self, key: str) -> bool: ...

    def delete(self, key: str) -> None:
        """What is not there may be deleted again."""

    def walk(self, prefix: str = "") -> Iterator[Stored]:
        """All files of ours whose keys begin so, in any order; what else lies there is no file."""

    def link(self, key: str) -> str | None:
        """Where to send a browser that asks for this size; None when it is to be given the bytes.

        It does not say that the file is there. FileNotFoundError for all but sizes: nobody is
        sent to an original.
        """


def keep(store: FileStore, key: str, data: bytes) -> None:
    """Put a file unless it is there."""
    if not store.has(key):
        store.put(key, data)
