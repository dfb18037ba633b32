"""The process's copy of the columns, brought up to the snapshot of each transaction that asks."""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import RLock

import numpy as np

from shop.repositories.base import Sessions, statement_timeout
from shop.repositories.book_index.columns import BookColumns
from shop.repositories.book_index.names import Names
from shop.repositories.book_index.news import Moment, moment, news
from shop.repositories.book_index.reading import read, read_names, read_title_places

logger = logging.getLogger(__name__)

# Hours. The log of changes is kept for longer: one who slept on reads everything again.
NEWS_KEPT_HOURS = 24
OLDEST_HOURS = 12
# Seconds. Reading a million books takes longer than a shopper's statement may.
READING_TIMEOUT = 120


@dataclass
class Copy:
    """`moment` is what it shows; `version` is another number after each change that a page could
    show, of shelves too.

    `looked_at` is by the clock on the wall, which goes on while a machine sleeps.
    """

    columns: BookColumns
    names: Names
    moment: Moment
    version: int
    looked_at: float


class Overtaken(Exception):
    """Another thread has brought the copy up to a later snapshot than this transaction's."""


# No two copies have a version in common: what was rendered of one is never shown of another.
VERSIONS = itertools.count(1)


class BookIndex:
    """One for each process and server. Who holds it finds it still, and nobody else changes it."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._copy: Copy | None = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nobody else uses or changes the copy meanwhile."""
        with self._lock:
            yield

    def still(self, version: int) -> Copy:
        """The copy as it was at this version, for whoever holds it; Overtaken where it is newer."""
        if self._copy is None or self._copy.version != version:
            raise Overtaken()
        return self._copy

    def up_to_date(self, session: Sessions) -> Copy:
        """The copy as of this transaction's snapshot, which must be REPEATABLE READ, and held."""
        copy = self._copy
        if copy is None or abs(time.time() - copy.looked_at) > OLDEST_HOURS * 3600:
            return self._read_anew(session)
        seen = news(session, copy.moment)
        if seen.everything:
            return self._read_anew(session)
        # What fails half-way leaves nothing behind that could be taken for whole.
        self._copy = None
        if seen.names:
            copy.names = read_names(session)
        if len(seen.books):
            copy.columns.replace(seen.books, read(session, seen.books))
        if seen.changes:
            copy.version = next(VERSIONS)
        copy.moment, copy.looked_at = seen.now, time.time()
        self._copy = copy
        return copy

    def order_by_title(self, session: Sessions, copy: Copy) -> None:
        """See to it that the places by title are there."""
        columns = copy.columns
        if columns.title_places is None:
            ids, places = read_title_places(session)
            columns.title_places = np.zeros(len(columns), np.int64)
            columns.title_places[columns.rows(ids)] = places

    def _read_anew(self, session: Sessions) -> Copy:
        began = time.monotonic()
        with statement_timeout(session, READING_TIMEOUT):
            self._copy = Copy(
                columns=BookColumns.of_read(read(session)),
                names=read_names(session),
                moment=moment(session),
                version=next(VERSIONS),
                looked_at=time.time(),
            )
        seconds = time.monotonic() - began
        logger.debug("read %d books into memory in %.2f s", len(self._copy.columns), seconds)
        return self._copy
