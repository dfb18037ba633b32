"""Looks after the parts of the shop aside, so that nobody waits long for one that is dead.

Each question is asked in a thread of its own and by nobody else meanwhile; what it answered is
told for some seconds. So the page for people and the numbers for programs cost the parts the same,
however often somebody reads them.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from threading import Event, Lock, Thread
from typing import Any, cast

from flask import Flask, current_app

from shop.errors import ShopError
from shop.repositories.log_spool import Standing
from shop.services.jobs import JobReading
from shop.services.readings import StoreReading
from shop.web.services import services

logger = logging.getLogger(__name__)

LOOKOUTS = "lookouts"
# Seconds for which an answer is told.
FRESH = 5.0
# Seconds that a reader waits in all; a part that takes longer does not answer.
PATIENCE = 3.0
STORES, JOBS, SPOOL = "stores", "jobs", "log_spool"


class Lookout:
    """Asks one question. What it answered last is told until it is old."""

    def __init__(self, name: str, question: Callable[[], Any]) -> None:
        self.name = name
        self._question = question
        self._answer: Any = None
        self._answered_at = float("-inf")
        self._lock = Lock()
        self._asked: Event | None = None

    def ask(self, app: Flask) -> None:
        """Begin to ask, unless somebody does or what is known is fresh."""
        with self._lock:
            if self._asked is None and not self._is_fresh():
                self._asked = Event()
                try:
                    Thread(target=self._go, args=(app, self._asked), daemon=True).start()
                except RuntimeError:  # no thread is to be had: nobody asks, then
                    self._asked = None
                    raise

    def answer(self, until: float) -> Any:
        """What it says; None where nothing was said until then, in monotonic seconds.

        Whoever waited in vain has found out for the others: they are told so at once.
        """
        asked = self._asked
        waits = asked is not None and not self._is_fresh()
        if asked and waits and not asked.wait(max(0.0, until - time.monotonic())):
            logger.warning("%s does not answer in time", self.name)
            self._note(None)
        return self._answer if self._is_fresh() else None

    def forget(self) -> None:
        self._answered_at = float("-inf")

    def _is_fresh(self) -> bool:
        return time.monotonic() - self._answered_at < FRESH

    def _go(self, app: Flask, asked: Event) -> None:
        answer = None
        try:
            with app.app_context():
                answer = self._question()
        except (ShopError, OSError) as trouble:
            logger.warning("%s does not answer: %s", self.name, trouble)
        except Exception:
            logger.exception("nobody could ask %s", self.name)
        finally:
            self._note(answer)
            self._asked = None
            asked.set()

    def _note(self, answer: Any) -> None:
        self._answer, self._answered_at = answer, time.monotonic()


@dataclass(frozen=True)
class Seen:
    """`parts` by name; the readings are None where their store does not answer, `spool` also where
    log records are not shipped."""

    parts: Mapping[str, bool]
    stores: StoreReading | None
    jobs: JobReading | None
    spool: Standing | None


def look() -> Seen:
    """How everything is, as of some seconds ago at most."""
    app = cast(Any, current_app)._get_current_object()
    lookouts: dict[str, Lookout] = app.extensions[LOOKOUTS]
    for each in lookouts.values():
        each.ask(app)
    until = time.monotonic() + PATIENCE
    answers = {name: each.answer(until) for name, each in lookouts.items()}
    stores, jobs, spool = (answers.pop(name) for name in (STORES, JOBS, SPOOL))
    parts = {"postgresql": stores is not None, **{name: bool(a) for name, a in answers.items()}}
    return Seen(parts, stores, jobs, spool)


def _is_there(part: str) -> bool:
    return services.parts.is_there(part)


def forget(app: Flask) -> None:
    """Ask anew the next time."""
    for each in app.extensions[LOOKOUTS].values():
        each.forget()


def install(app: Flask) -> None:
    parts = app.extensions["services"].parts.checks
    app.extensions[LOOKOUTS] = {
        STORES: Lookout(STORES, lambda: services.readings.stores()),
        JOBS: Lookout(JOBS, lambda: services.jobs.reading()),
        SPOOL: Lookout(SPOOL, lambda: services.log_shipping.standing()),
        **{name: Lookout(name, partial(_is_there, name)) for name in parts},
    }
