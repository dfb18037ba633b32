"""SQLite: one connection, one writer at a time.

Every request does all its work, the remembering of its answer included, in one transaction.
So of many requests with one key the first does the work and the rest find its answer, and a
sandbox that is killed has either done and remembered all of a request or none of it.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Objects are kept as JSON documents; beside a document stand the fields it is looked up by.
SCHEMA = """
CREATE TABLE IF NOT EXISTS payments (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    created_at TEXT NOT NULL,
    captured_at TEXT,
    deadline TEXT,
    document TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS payments_by_deadline ON payments (deadline);
CREATE TABLE IF NOT EXISTS refunds (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    payment_id TEXT NOT NULL REFERENCES payments (id),
    status TEXT NOT NULL,
    created_at TEXT NOT NULL,
    document TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    first_at TEXT NOT NULL,
    status INTEGER NOT NULL,
    body BLOB NOT NULL,
    requests INTEGER NOT NULL DEFAULT 1
);
CREATE TABLE IF NOT EXISTS notifications (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event TEXT NOT NULL,
    object_id TEXT NOT NULL,
    url TEXT NOT NULL,
    body BLOB NOT NULL,
    happened_at TEXT NOT NULL,
    next_at TEXT,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'dropped', 'given_up')),
    attempts INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS notifications_by_time ON notifications (state, next_at);
CREATE TABLE IF NOT EXISTS operations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    key TEXT,
    done_at TEXT NOT NULL
);
"""


class Store:
    """The database of one sandbox, safe to share between threads."""

    def __init__(self, database: str) -> None:
        """Open or create ``database``: a file, or ``:memory:``."""
        if database != ":memory:":
            Path(database).parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        # autocommit: transactions are begun and ended below and nowhere else
        self._db = sqlite3.connect(database, check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA foreign_keys = ON")
        self._db.executescript(SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, one at a time. Do not nest, and do nothing slow inside."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def close(self) -> None:
        """Let go of the file; the store cannot be used afterwards."""
        with self._lock:
            self._db.close()


@contextmanager
def part(db: sqlite3.Connection) -> Iterator[None]:
    """A piece of a transaction that is undone alone when it raises."""
    db.execute("SAVEPOINT part")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK TO part")
        raise
    finally:
        db.execute("RELEASE part")
