"""Counts each request, how long it took, and what it asked of PostgreSQL.

What WhiteNoise answers, static files, never comes as far as this.
"""

from __future__ import annotations

import time
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, g, request
from sqlalchemy import Engine, event

from shop.observing.metrics import (
    REQUEST_SECONDS,
    REQUEST_SQL_SECONDS,
    REQUEST_SQL_STATEMENTS,
    REQUESTS,
    SQL_SECONDS,
    SQL_STATEMENTS,
    UNDER_WAY,
)

METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
# Addresses that lead nowhere have one name together, however many somebody makes up.
NOWHERE = "nowhere"


@dataclass
class SqlTally:
    """Of one request: statements, and seconds until PostgreSQL had answered them."""

    statements: int = 0
    seconds: float = 0.0
    # When the statement under way was sent.
    began: float | None = None


_tally: ContextVar[SqlTally | None] = ContextVar("sql_tally", default=None)


def begin() -> None:
    g.measured_from = time.perf_counter()
    _tally.set(SqlTally())
    UNDER_WAY.inc()


def finish(response: Response) -> Response:
    tally = _tally.get()
    if tally is None:
        return response
    method = request.method if request.method in METHODS else "other"
    route = request.endpoint or NOWHERE
    REQUESTS.labels(method, route, f"{response.status_code // 100}xx").inc()
    REQUEST_SECONDS.labels(method, route).observe(time.perf_counter() - g.measured_from)
    SQL_STATEMENTS.labels(route).inc(tally.statements)
    SQL_SECONDS.labels(route).inc(tally.seconds)
    REQUEST_SQL_STATEMENTS.observe(tally.statements)
    REQUEST_SQL_SECONDS.observe(tally.seconds)
    return response


def forget(_: BaseException | None) -> None:
    if _tally.get() is not None:
        UNDER_WAY.dec()
        _tally.set(None)


def _statement_begins(*_: Any) -> None:
    if (tally := _tally.get()) is not None:
        tally.began = time.perf_counter()


def _statement_ended(*_: Any) -> None:
    """Also one that failed: what is given up after many seconds is what somebody looks for."""
    tally = _tally.get()
    if tally is not None and tally.began is not None:
        tally.statements += 1
        tally.seconds += time.perf_counter() - tally.began
        tally.began = None


def install(app: Flask) -> None:
    # Before all others, which take time as well.
    app.before_request_funcs.setdefault(None, []).insert(0, begin)
    app.after_request(finish)
    app.teardown_request(forget)
    # Of the class, since a shop may have several databases; once for all shops of a process.
    if not event.contains(Engine, "before_cursor_execute", _statement_begins):
        event.listen(Engine, "before_cursor_execute", _statement_begins)
        event.listen(Engine, "after_cursor_execute", _statement_ended)
        event.listen(Engine, "handle_error", _statement_ended)
