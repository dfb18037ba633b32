"""How Alembic reaches the shop's database and entities. Run it through `flask db`."""

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Column, Connection

import shop.models  # noqa: F401  the entities must be known to the metadata

db = current_app.extensions["migrate"].db


def include(found: Any, _name: str | None, kind: str, reflected: bool, other: object) -> bool:
    """Indexes on expressions are written by hand: Alembic cannot compare them."""
    if kind != "index" or not reflected or other is not None:
        return True
    return all(isinstance(each, Column) for each in found.expressions)


def run() -> None:
    with db.engine.connect() as connection:
        # A migration may take longer than a request.
        connection.exec_driver_sql("SET statement_timeout = 0")
        connection.commit()
        context.configure(
            connection=connection, target_metadata=db.metadata, include_object=include
        )
        with context.begin_transaction():
            context.run_migrations()


def run_within(connection: Connection) -> None:
    """As a part of the transaction that a restore has under way."""
    context.configure(connection=connection, target_metadata=db.metadata, include_object=include)
    with context.begin_transaction():
        context.run_migrations()


if (given := context.config.attributes.get("connection")) is not None:
    run_within(given)
else:
    run()
