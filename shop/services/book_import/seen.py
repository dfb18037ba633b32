"""Which line named a book first: two lines of a file about one book contradict each other."""

from __future__ import annotations

import sqlite3


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
        self._lines.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (key, line))
        found = self._lines.execute("SELECT line FROM seen WHERE key = ?", (key,))
        return int(found.fetchone()[0])

    def close(self) -> None:
        self._lines.close()
