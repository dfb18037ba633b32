"""Which statements of a page read a whole table of books."""

from __future__ import annotations

from typing import Any

from flask import Flask

from dev.bench.cases import Case
from dev.bench.measuring import heard
from shop.extensions import db
from shop.web.kept_fragments import KEPT, KeptFragments

# Tables with a row or more for each book.
LARGE = ("books", "book_documents", "book_contributors", "book_categories", "stock_records")


def whole_reads(app: Flask, case: Case) -> list[str]:
    """Large tables that the plans of a case read from end to end: `table: statement`."""
    client = app.test_client()
    found = set()
    for path in case.paths:
        app.extensions[KEPT] = KeptFragments()
        with heard(app) as statements:
            client.get(path, headers=case.headers)
        for statement, parameters in statements:
            if statement.lstrip().startswith(("SELECT", "WITH")):
                found |= _scans(app, statement, parameters)
    return sorted(found)


def _scans(app: Flask, statement: str, parameters: Any) -> set[str]:
    with app.app_context(), db.engine.connect() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars()
        plan = "\n".join(rows)
    return {
        f"{table}: {' '.join(statement.split())[:120]}"
        for table in LARGE
        if f"Seq Scan on {table}" in plan
    }
