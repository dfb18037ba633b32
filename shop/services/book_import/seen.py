"""Which line named a book first: two lines of a file about one book contradict each other."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable


class SeenKeys:
    """Keys of a whole file with their lines, on disk: a million of them fill no memory.

    SQLite's own temporary file, which is gone when this is; nothing of the shop is kept in it.
    """

    def __init__(self) -> None:
        self._lines = sqlite3.connect("", isolation_level=None)
        self._lines.execute("PRAGMA journal_mode = OFF")
        self._lines.execute("PRAGMA synchronous = OFF")
        self._lines.execute("CREATE TABLE seen (key PRIMARY KEY, line INTEGER) WITHOUT ROWID")

    def first(self, key: str, line: int) -> int:
        """The line that had the key first: `line`, where none had."""
        self.add([(key, line)])
        return self.line_of(key) or line

    def add(self, keys: Iterable[tuple[str, int]]) -> None:
        """Keys with the lines that have them; the first line of each is kept."""
        self._lines.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?)", keys)

    def line_of(self, key: str) -> int | None:
        found = self._lines.execute("SELECT line FROM seen WHERE key = ?", (key,)).fetchone()
        return int(found[0]) if found else None

    def close(self) -> None:
        self._lines.close()


class NamedKeys:
    """The keys of all lines, those to come among them: looked through when first asked for one."""

    def __init__(self, keys: Callable[[], Iterable[tuple[str, int]]]) -> None:
        self._keys = keys
        self._seen: SeenKeys | None = None

    def line_of(self, key: str) -> int | None:
        """The first line with the key."""
        if self._seen is None:
            self._seen = SeenKeys()
            self._seen.add(self._keys())
        return self._seen.line_of(key)

    def close(self) -> None:
        if self._seen:
            self._seen.close()
