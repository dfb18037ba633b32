"""Selections of books out of the copy in memory, in the snapshot of a transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import CursorResult, delete, func

from shop.extensions import ON_REPLICA
from shop.models import BookChange
from shop.repositories.base import Sessions, statement_timeout
from shop.repositories.book_filters import BookFilters
from shop.repositories.book_index.asked import ANSWERS
from shop.repositories.book_index.book_index import NEWS_KEPT_HOURS, BookIndex, Copy
from shop.repositories.book_index.order import NEWEST, page_rows, sort_keys
from shop.repositories.book_index.packed import Ints, Mask
from shop.repositories.book_index.reading import matching
from shop.repositories.book_index.selection import Selection
from shop.repositories.search import Found

RELEVANCE = "relevance"
# Seconds.
IN_SQL_TIMEOUT = 3
DROPPING_TIMEOUT = 600


class IndexedBooks:
    """`primary` has what the primary shows; `replica` what the replica does, which is behind."""

    def __init__(self, session: Sessions, primary: BookIndex, replica: BookIndex) -> None:
        self.session = session
        self._primary = primary
        self._replica = replica

    @property
    def index(self) -> BookIndex:
        """Of the server that answers now."""
        return self._replica if self.session.info.get(ON_REPLICA) else self._primary

    def begin(self) -> None:
        """All that this transaction reads is of one moment; call it before anything else."""
        self.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})

    @contextmanager
    def shelved(self) -> Iterator[Copy]:
        """The copy as of this transaction; it stays so until the block ends."""
        with self.index.held():
            yield self.index.up_to_date(self.session)

    @contextmanager
    def shelved_again(self, version: int) -> Iterator[Copy]:
        """The copy that this transaction has seen already; Overtaken where it is another by now."""
        with self.index.held():
            yield self.index.still(version)

    def needs_sql(self, filters: BookFilters) -> bool:
        return not filters.narrowing.keys() <= ANSWERS.keys()

    def in_sql(self, filters: BookFilters) -> Ints | None:
        """Ids of the books that match the filters that no column answers; None without any.

        It may take as long as a page has: nobody should wait for it, so hold no copy meanwhile.
        """
        others = {name: value for name, value in filters.narrowing.items() if name not in ANSWERS}
        if not others:
            return None
        with statement_timeout(self.session, IN_SQL_TIMEOUT):
            return matching(self.session, BookFilters.model_validate(others).criterion())

    def select(
        self,
        copy: Copy,
        filters: BookFilters,
        found: Found | None = None,
        others: Ints | None = None,
    ) -> Selection:
        """The books that match: by the columns, by a search, by what was answered `in_sql`."""
        masks: dict[str, Mask] = {}
        asked = filters.narrowing
        for name, (facet, answer) in ANSWERS.items():
            if name not in asked:
                continue
            mask = answer(copy.columns, copy.names, asked[name])
            masks[facet] = masks[facet] & mask if facet in masks else mask
        if others is not None:
            masks["others"] = self._mask(copy, others)
        if found is not None:
            masks["q"] = self._mask(copy, found.ids)
        return Selection(copy.columns, copy.names, masks)

    def page_ids(
        self,
        copy: Copy,
        selection: Selection,
        order_by: str,
        page: int,
        limit: int,
        found: Found | None = None,
    ) -> Sequence[int]:
        """Ids of the books on one page, in order."""
        if order_by.removeprefix("-") == "title":
            self.index.order_by_title(self.session, copy)
        rows = selection.rows()
        if order_by == RELEVANCE and found is not None:
            keys = _relevance(copy, found)
            keys = keys if rows is None else keys[rows]
        else:
            by = NEWEST if order_by == RELEVANCE else order_by
            keys = sort_keys(copy.columns, by, rows)
        places = page_rows(keys, page, limit)
        ids = copy.columns.ids[places if rows is None else rows[places]]
        return [int(each) for each in ids]

    def drop_old_news(self) -> int:
        """Delete what every reader has seen or will never ask for; answers how much it was."""
        old = func.now() - timedelta(hours=NEWS_KEPT_HOURS)
        # The day of a large import has millions of them.
        with statement_timeout(self.session, DROPPING_TIMEOUT):
            gone = self.session.execute(delete(BookChange).where(BookChange.made_at < old))
        return cast("CursorResult[Any]", gone).rowcount

    def _mask(self, copy: Copy, ids: NDArray[np.integer]) -> Mask:
        mask = np.zeros(len(copy.columns), bool)
        mask[copy.columns.rows(ids)] = True
        return mask


def _relevance(copy: Copy, found: Found) -> Ints:
    """For each book how far down it comes: by its tier, and then by how few were sold."""
    rows = copy.columns.rows(found.ids)
    there = np.isin(found.ids, copy.columns.ids, assume_unique=True)
    keys = np.full(len(copy.columns), np.iinfo(np.int64).max)
    keys[rows] = (found.tiers[there].astype(np.int64) << 32) - copy.columns.of["sold"][rows]
    return keys
