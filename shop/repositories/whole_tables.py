"""Whole tables out of the database and into it, by COPY and by what its catalog says of them.

The catalog, and not the entities: a backup may be of an older version's tables.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import cast

import psycopg
from psycopg import sql
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from shop.repositories.base import Sessions

# Where Alembic keeps how far the tables have come: it writes that itself.
REVISION = "alembic_version"
# News for the memories of running processes, by transactions of this very server: worth nothing
# anywhere else.
NEWS = "book_changes"
# What is there right after the migrations.
FROM_THE_START = ("roles",)
LOCK_SECONDS = 10

TABLES = text(
    "SELECT c.relname FROM pg_class c WHERE c.relkind = 'r'"
    " AND c.relnamespace = current_schema()::regnamespace"
    # Extensions bring their own.
    " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')"
    " ORDER BY c.relname"
)
REFERENCES = text(
    "SELECT s.relname, t.relname FROM pg_constraint f"
    " JOIN pg_class s ON s.oid = f.conrelid JOIN pg_class t ON t.oid = f.confrelid"
    " WHERE f.contype = 'f' AND s.relnamespace = current_schema()::regnamespace"
)
# By name: tables that have grown in different ways have their columns in different orders.
COLUMNS = text(
    "SELECT a.attname FROM pg_attribute a WHERE a.attrelid = to_regclass(quote_ident(:table))"
    " AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attname"
)
SEQUENCES = text(
    "SELECT sequencename, coalesce(last_value, start_value), last_value IS NOT NULL"
    " FROM pg_sequences WHERE schemaname = current_schema() ORDER BY sequencename"
)
# The most that a sequence of an `integer` can come to is not passed.
SET_SEQUENCE = text(
    "SELECT setval(quote_ident(:name)::regclass, least(CAST(:value AS bigint), s.max_value), :used)"
    " FROM pg_sequences s WHERE s.schemaname = current_schema() AND s.sequencename = :name"
)


@dataclass(frozen=True)
class Counter:
    """Where a sequence stands; `used` says that this number was given out."""

    name: str
    value: int
    used: bool


class WholeTables:
    """All in the transaction that is under way."""

    def __init__(self, session: Sessions) -> None:
        self.session = session

    def names(self) -> list[str]:
        """The tables that have something to keep, those first that others refer to."""
        found = set(self.session.scalars(TABLES)) - {REVISION, NEWS}
        graph: dict[str, set[str]] = {name: set() for name in sorted(found)}
        for source, target in self.session.execute(REFERENCES):
            # Rows of one table may refer to each other: one COPY is one statement.
            if source in found and target in found and source != target:
                graph[source].add(target)
        return list(TopologicalSorter(graph).static_order())

    def hold(self, names: Collection[str]) -> None:
        """One moment for all that is read from now on, however long it takes, and no migration
        meanwhile. It has to be the first statement of its transaction."""
        self._execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        self._take_time()
        # Before the first query, which is what chooses the moment.
        self._execute_on("LOCK TABLE {} IN ACCESS SHARE MODE", [*names, REVISION])

    def take_over(self) -> None:
        """All the time in the world for what follows, and little patience with other users."""
        self._take_time()

    def columns(self, table: str) -> list[str]:
        """By name, without those that PostgreSQL computes; none where there is no such table."""
        return list(self.session.scalars(COLUMNS, {"table": table}))

    def sequences(self) -> list[Counter]:
        return [Counter(*row) for row in self.session.execute(SEQUENCES)]

    def filled(self, names: Iterable[str]) -> list[str]:
        """Those of these tables that have rows, but for what the migrations put there."""
        return [name for name in names if name not in FROM_THE_START and self._has_rows(name)]

    def read(self, table: str, columns: Sequence[str]) -> Iterator[bytes]:
        """Each row as a line of PostgreSQL's own text format."""
        statement = sql.SQL("COPY {} ({}) TO STDOUT").format(*_named(table, columns))
        with _told(statement), self._driver.cursor() as cursor, cursor.copy(statement) as copy:
            for line in copy:
                yield bytes(line)

    def write(self, table: str, columns: Sequence[str], parts: Iterable[bytes]) -> None:
        """Put in lines of that format, any number of them in each part."""
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(*_named(table, columns))
        with _told(statement), self._driver.cursor() as cursor, cursor.copy(statement) as copy:
            for part in parts:
                copy.write(part)

    def empty(self, names: Collection[str]) -> None:
        if names:
            self._execute_on("TRUNCATE {}", names)

    def rest_triggers(self, names: Collection[str]) -> None:
        """What triggers would write is in the backup already. The owner of a table may do this;
        references between tables are watched on."""
        for name in names:
            self._execute_on("ALTER TABLE {} DISABLE TRIGGER USER", [name])

    def wake_triggers(self, names: Collection[str]) -> None:
        for name in names:
            self._execute_on("ALTER TABLE {} ENABLE TRIGGER USER", [name])

    def set_sequence(self, sequence: Counter) -> None:
        self.session.execute(SET_SEQUENCE, vars(sequence))

    def tell_everything_changed(self) -> None:
        """Nothing that a process remembers of the catalogue holds any more."""
        self._execute_on("DELETE FROM {}", [NEWS])
        self._execute_on("INSERT INTO {} (kind) VALUES ('everything')", [NEWS])

    def look_around(self) -> None:
        """PostgreSQL counts what there is, so that the first questions are answered well."""
        self._execute("ANALYZE")

    def server(self) -> str:
        """Such as 18.6."""
        return str(self.session.scalar(text("SHOW server_version"))).split()[0]

    def _has_rows(self, table: str) -> bool:
        statement = sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(table))
        return bool(self.session.scalar(text(statement.as_string())))

    def _take_time(self) -> None:
        for name in ("statement_timeout", "idle_in_transaction_session_timeout"):
            self._execute(f"SET LOCAL {name} = 0")
        self._execute(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")

    def _execute(self, statement: str) -> None:
        self.session.connection().exec_driver_sql(statement)

    def _execute_on(self, statement: str, names: Iterable[str]) -> None:
        listed = sql.SQL(", ").join(map(sql.Identifier, names))
        self._execute(sql.SQL(statement).format(listed).as_string())

    @property
    def _driver(self) -> psycopg.Connection:
        return cast(psycopg.Connection, self.session.connection().connection.driver_connection)


def _named(table: str, columns: Sequence[str]) -> tuple[sql.Composable, sql.Composable]:
    return sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))


@contextmanager
def _told(statement: sql.Composable) -> Iterator[None]:
    """COPY goes past SQLAlchemy; its errors come as SQLAlchemy's all the same."""
    try:
        yield
    except psycopg.Error as error:
        raise DBAPIError.instance(
            statement.as_string(), None, error, psycopg.Error, hide_parameters=True
        ) from error
