"""Which books stand on one page of a list: the first so many by a key, without sorting the rest."""

from __future__ import annotations

import numpy as np

from shop.repositories.book_index.columns import NO_YEAR, BookColumns
from shop.repositories.book_index.packed import Ints, Rows

# The catalogue's sorts, and the column of each; one that begins with - goes from the top down.
COLUMNS = {
    "id": "id",
    "appeared_at": "appeared",
    "sold": "sold",
    "price": "price",
    "published_year": "year",
    "discount_percent": "discount",
}
NEWEST = "-appeared_at"
LAST = np.iinfo(np.int64).max


def page_rows(keys: Ints, page: int, limit: int) -> Rows:
    """Places of the keys on this page, ascending; of equal keys the first comes first."""
    end = min(page * limit, len(keys))
    start = (page - 1) * limit
    if start >= end:
        return np.empty(0, np.intp)
    if end < len(keys):
        candidates = np.flatnonzero(keys <= np.partition(keys, end - 1)[end - 1])
    else:
        candidates = np.arange(len(keys))
    order = np.argsort(keys[candidates], kind="stable")
    return candidates[order[start:end]]


def sort_keys(columns: BookColumns, order_by: str, rows: Rows | None) -> Ints:
    """What to sort by, ascending; a book without a year comes last either way.

    Of the newest those come last that are only announced, the soonest first.
    """
    name = order_by.removeprefix("-")
    if name == "title":
        values = columns.titles()
        return values if rows is None else values[rows]
    column = columns.of[COLUMNS[name]]
    values = (column if rows is None else column[rows]).astype(np.int64)
    if order_by == NEWEST:
        out = columns.are_out()
        return np.where(out if rows is None else out[rows], -values, values)
    keys = -values if order_by.startswith("-") else values
    return np.where(values == NO_YEAR, LAST, keys) if name == "published_year" else keys
