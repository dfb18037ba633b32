"""Several people doing things in the shop at the same moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any

import psycopg
import pytest
from flask import Flask

from dev.yookassa_sandbox.testing import wait_until
from shop.errors import ShopError

SECONDS = 20


@pytest.fixture
def rival(database_url: str) -> Iterator[psycopg.Connection]:
    """Somebody else in the same database, in a transaction of their own."""
    with psycopg.connect(database_url) as connection:
        yield connection
        connection.rollback()


def at_once(app: Flask, count: int, action: Callable[[int], Any]) -> list[Any]:
    """What `action(0)` to `action(count - 1)` answer or refuse, all begun at the same moment.

    Each runs in a thread with a database session of its own; a ShopError is an answer too.
    """
    gate = Barrier(count)

    def one(number: int) -> Any:
        with app.app_context():
            gate.wait(SECONDS)
            try:
                return action(number)
            except ShopError as refusal:
                return refusal

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


@contextmanager
def meanwhile(app: Flask, action: Callable[[], Any]) -> Iterator[Callable[[], Any]]:
    """Run `action` in a thread beside the block; call what is yielded for its answer."""

    def run() -> Any:
        with app.app_context():
            try:
                return action()
            except ShopError as refusal:
                return refusal

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(run)
        yield lambda: future.result(SECONDS)


def until_blocked(rival: psycopg.Connection) -> None:
    """Return when somebody waits for a lock that `rival` holds."""
    _until(rival, "SELECT 1 FROM pg_stat_activity WHERE %s = ANY(pg_blocking_pids(pid))")


def until_waiting(rival: psycopg.Connection) -> None:
    """Return when `rival` waits for a lock."""
    _until(rival, "SELECT 1 WHERE cardinality(pg_blocking_pids(%s)) > 0")


def _until(rival: psycopg.Connection, query: str) -> None:
    pid, password = rival.info.backend_pid, rival.info.password
    with psycopg.connect(rival.info.dsn, password=password, autocommit=True) as watcher:
        wait_until(lambda: watcher.execute(query, [pid]).fetchone())
