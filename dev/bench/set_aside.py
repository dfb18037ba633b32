"""Filling tables without looking each row up: references and indexes are put back at the end.

The database checks all rows then, at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, text

REFERENCES = text(
    "SELECT conrelid::regclass::text AS table, conname AS name, pg_get_constraintdef(oid) AS made"
    " FROM pg_constraint WHERE contype = 'f' AND conrelid::regclass::text = ANY(:tables)"
    " ORDER BY conname"
)
# But for those of a constraint, which cannot go alone.
INDEXES = text(
    "SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS made"
    " FROM pg_index WHERE indrelid::regclass::text = ANY(:tables)"
    " AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)"
    " ORDER BY name"
)


@contextmanager
def set_aside(connection: Connection, tables: Sequence[str]) -> Iterator[None]:
    """Inside, these tables refer to nothing and have the indexes of their keys alone."""
    given = {"tables": list(tables)}
    references = connection.execute(REFERENCES, given).all()
    indexes = connection.execute(INDEXES, given).all()
    for table, name, _ in references:
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name, _ in indexes:
        connection.exec_driver_sql(f"DROP INDEX {name}")
    yield
    for _, made in indexes:
        connection.exec_driver_sql(made)
    for table, name, made in references:
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {name} {made}")
