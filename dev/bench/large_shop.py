"""``python -m dev.bench.large_shop``: fills an empty database with a shop that is years old.

DATABASE_URL names the database; it is migrated if it is not. 100,000 books and 1,000,000 orders
take a few minutes. The same numbers give the same shop, but for the day on which it is made.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from flask import Flask
from sqlalchemy import Connection, text

from dev.bench.many_orders import STEPS
from dev.bench.set_aside import set_aside
from dev.bench.shops import FILLING_TIMEOUT, configuration, filled
from dev.problems import Problem, told_plainly
from shop.extensions import db
from shop.models.orders import NUMBER_ALPHABET
from shop.services.checkout_details import CONSENT_VERSION
from shop.web.services import services

# Nothing of it is asked for while orders are made.
NO_REDIS = "redis://127.0.0.1:1/0"
TABLES = (
    *("users", "orders", "order_lines", "order_events"),
    *("payments", "refunds", "shipments", "sales_entries"),
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m dev.bench.large_shop", description=__doc__)
    parser.add_argument("--books", type=int, default=100_000, metavar="N")
    parser.add_argument("--orders", type=int, default=1_000_000, metavar="N")
    wanted = parser.parse_args()
    with told_plainly(), tempfile.TemporaryDirectory() as folder:
        make(_database(), wanted.books, wanted.orders, Path(folder))


def make(database_url: str, books: int, orders: int, folder: Path) -> Flask:
    """A shop with so many books and orders, and one account for each ten orders."""
    redis_url = os.environ.get("REDIS_URL", NO_REDIS)
    app = filled(configuration(database_url, redis_url, folder), books, _say)
    with app.app_context():
        services.shipping.seed()
        add_orders(orders, accounts=max(orders // 10, 1))
        services.sales.recount()
        db.session.remove()
    return app


def add_orders(orders: int, accounts: int) -> None:
    """Orders, and all that hangs on them, in one transaction; then the statistics."""
    given = {
        "orders": orders,
        "accounts": accounts,
        "alphabet": NUMBER_ALPHABET,
        "consent": CONSENT_VERSION,
    }
    with db.engine.begin() as connection:
        connection.execute(text(f"SET LOCAL statement_timeout = '{FILLING_TIMEOUT}s'"))
        connection.execute(text("SET LOCAL work_mem = '256MB'"))
        connection.execute(text("SET LOCAL maintenance_work_mem = '256MB'"))
        if connection.scalar(text("SELECT EXISTS (SELECT FROM orders)")):
            raise Problem("This shop has orders: begin with an empty one.")
        with set_aside(connection, TABLES):
            for name, statement in STEPS:
                _step(connection, name, statement, given)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"SET statement_timeout = '{FILLING_TIMEOUT}s'"))
        connection.execute(text("VACUUM ANALYZE"))
        connection.execute(text("RESET statement_timeout"))


def _step(connection: Connection, name: str, statement: str, given: dict[str, object]) -> None:
    began = time.monotonic()
    needed = {key: value for key, value in given.items() if f":{key}" in statement}
    rows = connection.execute(text(statement), needed).rowcount
    _say(f"{name}: {rows} rows in {time.monotonic() - began:.1f} s")


def _database() -> str:
    try:
        return os.environ["DATABASE_URL"]
    except KeyError:
        raise Problem("DATABASE_URL names the database that is to be filled.") from None


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
