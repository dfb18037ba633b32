"""One sandbox: its parts and how they are put together."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from flask import Flask, current_app

from dev.yookassa_sandbox import payments
from dev.yookassa_sandbox.clock import Clock
from dev.yookassa_sandbox.courier import Courier
from dev.yookassa_sandbox.faults import Faults
from dev.yookassa_sandbox.settings import Settings
from dev.yookassa_sandbox.store import Store
from dev.yookassa_sandbox.work import Work

EXTENSION = "yookassa_sandbox"


class Sandbox:
    """The state behind the HTTP server; safe to share between its threads."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings = settings
        self.faults = Faults()
        self.courier = Courier(self.work, settings)
        self._clock = clock
        self._store = Store(settings.database)

    @contextmanager
    def work(self, key: str | None = None) -> Iterator[Work]:
        """One transaction, begun with everything that is overdue already ended."""
        with self._store.transaction() as db:
            hand = Work(db, self._clock(), self.settings, self.faults, key)
            payments.expire_overdue(hand)
            yield hand

    def close(self, timeout: float = 2.0) -> None:
        """Stop the courier and close the database.

        If a shop keeps the courier waiting for more than ``timeout`` seconds the database is left
        to the end of the process: what is unsent is in it.
        """
        if self.courier.stop(timeout):
            self._store.close()


def attach(app: Flask, sandbox: Sandbox) -> None:
    """Make ``sandbox`` the one that :func:`this_sandbox` finds."""
    app.extensions[EXTENSION] = sandbox


def this_sandbox() -> Sandbox:
    """The sandbox of the app that answers the present request."""
    return cast(Sandbox, current_app.extensions[EXTENSION])
