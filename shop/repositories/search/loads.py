"""Many books in one transaction, each indexed once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import func, select, text

from shop.repositories.base import Sessions

BATCH = 1000
"""Books of one statement, which has as long as any other."""


@contextmanager
def indexed_once(session: Sessions) -> Iterator[set[int]]:
    """Inside, nothing is indexed; at the end the books are whose ids the set has got meanwhile.

    Without it a new book is indexed when its row comes and again when its authors do. All of it is
    to be in one transaction, whose end wakes the triggers in any case.
    """
    books: set[int] = set()
    session.execute(text("SET LOCAL shop.index_later = 'on'"))
    # A plan that is kept was made for tables as they were: after the first books of a large import
    # the words are ten thousand times as many, and nobody has counted them yet.
    session.execute(text("SET LOCAL plan_cache_mode = 'force_custom_plan'"))
    yield books
    ids = sorted(books)
    for start in range(0, len(ids), BATCH):
        session.execute(select(func.index_books(ids[start : start + BATCH])))
    session.execute(text("SET LOCAL shop.index_later = 'off'"))
