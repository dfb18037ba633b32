"""How Alembic reaches the shop's database and entities. Run it through `flask db`."""

import logging
import random
import time
from typing import Any

from alembic import context
from flask import current_app
from psycopg.errors import DeadlockDetected, LockNotAvailable
from sqlalchemy import Column, Connection
from sqlalchemy.exc import OperationalError

import shop.models  # noqa: F401  the entities must be known to the metadata

logger = logging.getLogger("alembic.runtime.migration")
db = current_app.extensions["migrate"].db
# Any number that all who migrate agree on.
MIGRATING = 2_009_031_105
# Seconds. Whoever wants a table for itself has all others queue behind it while it waits: rather
# than stand there until a long query ends, it steps back and lets them pass.
LOCK_SECONDS = 3
PAUSE_SECONDS = 5
TRIES = 20


def include(found: Any, _name: str | None, kind: str, reflected: bool, other: object) -> bool:
    """Indexes on expressions are written by hand: Alembic cannot compare them."""
    if kind != "index" or not reflected or other is not None:
        return True
    return all(isinstance(each, Column) for each in found.expressions)


def run() -> None:
    with db.engine.connect() as connection:
        # What is set here, and the lock, end with it.
        connection.detach()
        # A migration may take longer than a request.
        connection.exec_driver_sql("SET statement_timeout = 0")
        # Who comes second waits, and finds nothing left to do.
        connection.exec_driver_sql(f"SELECT pg_advisory_lock({MIGRATING})")
        connection.exec_driver_sql(f"SET lock_timeout = '{LOCK_SECONDS}s'")
        connection.commit()
        for tries_left in reversed(range(TRIES)):
            if _migrated(connection, tries_left):
                return


def _migrated(connection: Connection, tries_left: int) -> bool:
    """Whether all went well; nothing of it was done where a table could not be had in time."""
    context.configure(connection=connection, target_metadata=db.metadata, include_object=include)
    try:
        with context.begin_transaction():
            context.run_migrations()
    except OperationalError as error:
        if not tries_left or not isinstance(error.orig, LockNotAvailable | DeadlockDetected):
            raise
        logger.warning("a table is in use: %d tries are left", tries_left)
        connection.rollback()
        time.sleep(PAUSE_SECONDS * random.uniform(0.5, 1.5))  # noqa: S311
        return False
    return True


def run_within(connection: Connection) -> None:
    """As a part of the transaction that a restore has under way."""
    context.configure(connection=connection, target_metadata=db.metadata, include_object=include)
    with context.begin_transaction():
        context.run_migrations()


if (given := context.config.attributes.get("connection")) is not None:
    run_within(given)
else:
    run()
