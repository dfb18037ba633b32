"""Many rows in one statement: each column goes to PostgreSQL as one array.

The text of a statement depends on its columns alone, and no number of rows runs into the limit of
65,535 parameters.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ARRAY, Column, Date, DateTime, Integer, Numeric, Row, Table, text
from sqlalchemy.dialects.postgresql import JSONB

from shop.repositories.base import Sessions

Values = Mapping[str, Any]
ARRAYS: tuple[tuple[type, str], ...] = (
    (Integer, "integer"),
    (Numeric, "numeric"),
    (DateTime, "timestamptz"),
    (Date, "date"),
)


def insert_rows(
    session: Sessions, table: Table, rows: Sequence[Values], returning: Sequence[str] = ()
) -> Sequence[Row[Any]]:
    """Insert rows that all have the same keys; what `returning` names comes back in any order."""
    if not rows:
        return []
    columns = list(rows[0])
    statement = (
        f"INSERT INTO {table.name} ({', '.join(columns)}) "  # noqa: S608  # names are the model's
        f"SELECT {_selected(table, columns)} FROM {_unnested(table, columns)}"
    )
    if not returning:
        session.execute(text(statement), _arrays(columns, rows))
        return []
    statement += f" RETURNING {', '.join(returning)}"
    return session.execute(text(statement), _arrays(columns, rows)).all()


def update_rows(
    session: Sessions,
    table: Table,
    key: str,
    rows: Sequence[Values],
    also: str = "",
    among: str = "",
) -> None:
    """Set the columns of rows that all have the same keys, found by `key`.

    `also` is SQL set in each of them, `version = version + 1`; `among` says in SQL which rows of
    the table are meant, where `key` alone does not.
    """
    if not rows:
        return
    columns = list(rows[0])
    sets = [f"{name} = {_value(table.c[name])}" for name in columns if name != key]
    sets += [also] if also else []
    statement = (
        f"UPDATE {table.name} SET {', '.join(sets)} "  # noqa: S608  # names are the model's
        f"FROM {_unnested(table, columns)} WHERE {table.name}.{key} = given.{key}"
    )
    statement += f" AND {among}" if among else ""
    session.execute(text(statement), _arrays(columns, rows))


def _selected(table: Table, columns: Sequence[str]) -> str:
    return ", ".join(_value(table.c[name]) for name in columns)


def _value(column: Column[Any]) -> str:
    value = f"given.{column.name}"
    if isinstance(column.type, ARRAY):
        return f"CAST({value} AS text[])"
    return f"CAST({value} AS jsonb)" if isinstance(column.type, JSONB) else value


def _unnested(table: Table, columns: Sequence[str]) -> str:
    arrays = ", ".join(f"CAST(:{name} AS {_array_type(table.c[name])}[])" for name in columns)
    return f"unnest({arrays}) AS given({', '.join(columns)})"


def _array_type(column: Column[Any]) -> str:
    """Text for all that PostgreSQL turns into the column's own type as it stores it."""
    return next((name for kind, name in ARRAYS if isinstance(column.type, kind)), "text")


def _arrays(columns: Sequence[str], rows: Sequence[Values]) -> dict[str, list[Any]]:
    return {name: [_plain(row[name]) for row in rows] for name in columns}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, tuple):
        # An array as PostgreSQL writes one: it quotes words as JSON does.
        return f"{{{','.join(json.dumps(each, ensure_ascii=False) for each in value)}}}"
    # An enumeration's member is its value.
    return str(value) if isinstance(value, str) else value
