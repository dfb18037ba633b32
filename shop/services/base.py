"""EntityBaseService: transactions, the plain verbs on one entity, and a second try."""

from __future__ import annotations

import functools
import logging
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Generic, ParamSpec, TypeVar

from sqlalchemy import select

from shop.errors import Stale
from shop.extensions import Base
from shop.repositories.base import Repository, Sessions
from shop.repositories.paging import Page
from shop.services.storage_errors import Contended, translated

logger = logging.getLogger(__name__)

E = TypeVar("E", bound=Base)
P = ParamSpec("P")
R = TypeVar("R")
# Rows that are read at once for a file.
PART = 1000
TRIES = 3
# In a session's `info`: whether a transaction is under way, and what is done once it is committed.
IN_TRANSACTION, AFTERWARDS = "in_transaction", "afterwards"
PAUSE = 0.05
"""Seconds before the second try, and twice that before the third: the winner ends meanwhile."""


class Turn:
    """How many seconds one run of a job may go on: RQ ends a job that is longer, in the middle
    of it. All are over once the worker is to stop: hosts kill what takes its time then."""

    _all_are_over = False

    @classmethod
    def end_all(cls) -> None:
        cls._all_are_over = True

    def __init__(self, seconds: float = 60.0) -> None:
        self._over = time.monotonic() + seconds

    @property
    def is_over(self) -> bool:
        return self._all_are_over or time.monotonic() > self._over


def retried(method: Callable[P, R]) -> Callable[P, R]:
    """Run the whole method again after a deadlock or serialization failure, three tries in all.

    A short pause comes before each repeat, or the loser would take its first lock again before
    the winner woke up.
    The method must make all its changes in one `transaction()`; the last Contended is a 503.
    """

    @functools.wraps(method)
    def again(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(1, TRIES):
            try:
                return method(*args, **kwargs)
            except Contended:
                logger.warning("%s: try %d was in contention", method.__qualname__, attempt)
                # Never the same length for two that stand in each other's way.
                time.sleep(PAUSE * attempt * random.uniform(0.5, 1.5))  # noqa: S311
        return method(*args, **kwargs)

    return again


class EntityBaseService(Generic[E]):
    """A service around one entity. A concrete one adds only its verbs."""

    def __init__(self, session: Sessions, repository: Repository[E]) -> None:
        self.session = session
        self.repository = repository

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit at the end, or roll back and translate. Inside another one, it joins that one."""
        info = self.session.info
        if info.get(IN_TRANSACTION):
            yield
            return
        info[IN_TRANSACTION] = True
        try:
            with translated():
                try:
                    yield
                    self.session.commit()
                except BaseException:
                    self.session.rollback()
                    raise
            for deed in info.pop(AFTERWARDS, ()):
                deed()
        finally:
            info[IN_TRANSACTION] = False
            info.pop(AFTERWARDS, None)

    def _afterwards(self, deed: Callable[[], None]) -> None:
        """Do it once the transaction under way is committed; never where it is rolled back."""
        self.session.info.setdefault(AFTERWARDS, []).append(deed)

    def get(self, key: int) -> E:
        """The entity; NotFound when there is none."""
        with self.transaction():
            return self.repository.get(key)

    def page(self, page: int, limit: int) -> Page[E]:
        """One page of all, by primary key."""
        entity: Any = self.repository.entity
        with self.transaction():
            return self.repository.page(select(entity).order_by(entity.id), page, limit)

    def _in_parts(self, part: Callable[[int, int], Sequence[E]]) -> Iterator[E]:
        """All that `part(after, limit)` answers, by id: the memory holds one part at a time."""
        after: int | None = 0
        while after is not None:
            with self.transaction():
                some = part(after, PART)
                self.session.expunge_all()
            yield from some
            last: Any = some[-1] if len(some) == PART else None
            after = last.id if last else None

    def create(self, **values: Any) -> E:
        """A new one; Conflict names the field that a constraint refuses."""
        with self.transaction():
            return self.repository.add(self.repository.entity(**values))

    def update(self, key: int, version: int | None = None, **values: Any) -> E:
        """Change fields; Stale when `version` is given and somebody was faster."""
        with self.transaction():
            entity = self.repository.get(key)
            if version is not None and getattr(entity, "version", version) != version:
                raise Stale()
            for name, value in values.items():
                setattr(entity, name, value)
            self.session.flush()
            return entity

    def delete(self, key: int) -> None:
        """Remove it; Conflict while others hang on it."""
        with self.transaction():
            self.repository.delete(self.repository.get(key))
