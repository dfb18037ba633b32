"""Columns of books put in place, as the trail keeps them: plain values, whatever they are of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from shop.models.slugs import slug
from shop.repositories.bulk_books import BulkBookRepository
from shop.repositories.stock import StockRepository

STOCK, CATEGORIES, CREDITS = "num_in_stock", "category_ids", "contributors"
# What is text in the trail and something else in its column.
READ: Mapping[str, Callable[[str], Any]] = {
    "list_price": Decimal,
    "released_on": date.fromisoformat,
}
# What a search looks into.
SEARCHED = {"title", "subtitle", "description", "publisher_id", "series_id", CREDITS}


@dataclass(frozen=True)
class Put:
    """What is there, what comes in its place, and the entry of the trail that this takes back."""

    book_id: int
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    entry_id: int | None = None


def put(going: Sequence[Put], books: BulkBookRepository, stock: StockRepository) -> None:
    """Write them all, in a few statements; for whoever holds the books' locks."""
    with books.indexed_once() as searched:
        searched |= {write.book_id for write in going if SEARCHED & write.new.keys()}
        # A version counts on and the time of change is now, also of what is refiled only.
        books.change_books(
            [{"id": w.book_id, **_columns(w.new)} for w in going if w.new.keys() - {STOCK}]
        )
        counted = {w.book_id: w.new[STOCK] for w in going if STOCK in w.new}
        if counted:
            stock.recount_many(counted)
        filed = {w.book_id: w.new[CATEGORIES] for w in going if CATEGORIES in w.new}
        if filed:
            books.put_categories(
                filed,
                [
                    {"book_id": book, "category_id": category}
                    for book, categories in filed.items()
                    for category in categories
                ],
            )
        credited = {w.book_id: w.new[CREDITS] for w in going if CREDITS in w.new}
        if credited:
            books.put_credits(
                credited,
                [
                    {
                        "book_id": book,
                        "contributor_id": credit["id"],
                        "role": credit["role"],
                        "position": position,
                    }
                    for book, credits in credited.items()
                    for position, credit in enumerate(credits)
                ],
            )


def _columns(new: Mapping[str, Any]) -> dict[str, Any]:
    columns = {
        name: READ[name](value) if name in READ and value is not None else value
        for name, value in new.items()
        if name not in (STOCK, CATEGORIES, CREDITS)
    }
    if "title" in columns:
        # The address follows the title.
        columns["slug"] = slug(columns["title"]) or "book"
    return columns
