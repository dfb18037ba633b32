"""Server time and SQL statements of pages, asked of the application itself."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import event, text

from dev.bench.cases import Case
from shop.extensions import db
from shop.web.kept_fragments import KEPT, KeptFragments

# At least as many requests for each case, and each address as often as any other.
REQUESTS = 60
ONE_MORE = text(
    "UPDATE stock_records SET num_in_stock = num_in_stock + 1"
    " WHERE book_id = (SELECT max(book_id) - :number FROM stock_records)"
)


@dataclass(frozen=True)
class Figures:
    """Milliseconds, and the most SQL statements that one request made."""

    median: float
    p95: float
    statements: int


def measure(app: Flask, case: Case) -> Figures:
    """All addresses of a case in turn, once before the clock runs."""
    client = app.test_client()
    rounds = -(-REQUESTS // len(case.paths))
    times: list[float] = []
    most = 0
    with heard(app) as statements:
        for number in range(rounds + 1):
            for path in case.paths:
                if case.anew:
                    app.extensions[KEPT] = KeptFragments()
                statements.clear()
                began = time.perf_counter()
                status = client.get(path, headers=case.headers).status_code
                taken = (time.perf_counter() - began) * 1000
                if status != 200:
                    raise RuntimeError(f"{path} answered {status}")
                if number:
                    times.append(taken)
                    most = max(most, len(statements))
    return Figures(statistics.median(times), statistics.quantiles(times, n=20)[-1], most)


def after_a_change(app: Flask) -> Figures:
    """The first page after one book's stock has changed."""
    client = app.test_client()
    times = []
    for number in range(20):
        with app.app_context():
            db.session.execute(ONE_MORE, {"number": number})
            db.session.commit()
        began = time.perf_counter()
        client.get("/books")
        times.append((time.perf_counter() - began) * 1000)
    return Figures(statistics.median(times), statistics.quantiles(times, n=20)[-1], 0)


@contextmanager
def heard(app: Flask) -> Iterator[list[tuple[str, Any]]]:
    """The statements that go to the database meanwhile, with their parameters."""
    statements: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        statements.append((statement, parameters))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)
