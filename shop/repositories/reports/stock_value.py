"""What the copies on the shelves are worth, and which of them nobody wants."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import text

from shop.repositories.base import Sessions
from shop.repositories.paging import Page
from shop.repositories.reports.statements import ABOVE, OF_BOOKS

ROWS_AT_ONCE = 500


class Shelving(StrEnum):
    """By what stock is added up."""

    CATEGORIES = "categories"
    PUBLISHERS = "publishers"


@dataclass(frozen=True)
class StockValue:
    """Titles that are in stock, their copies, and what they come to in roubles."""

    key: str | None
    name: str | None
    name_ru: str | None
    titles: int
    copies: int
    at_list: Decimal
    at_price: Decimal


@dataclass(frozen=True)
class SlowMover:
    """A book that lies on the shelves. `last_sold` is None where it never was."""

    book_id: int
    title: str
    sku: str
    copies: int
    value: Decimal
    last_sold: datetime | None


HELD = """
    held AS MATERIALIZED (
        SELECT book_id, publisher_id, num_in_stock AS copies,
               num_in_stock * list_price AS at_list, num_in_stock * price AS at_price
        FROM stock_records JOIN books ON books.id = book_id WHERE num_in_stock > 0
    )
"""
WORTH = (
    "count(*) AS titles, coalesce(sum(copies), 0) AS copies,"
    " coalesce(sum(at_list), 0) AS at_list, coalesce(sum(at_price), 0) AS at_price"
)
BY_SHELVING = {
    Shelving.CATEGORIES: f"""
        SELECT path AS key, name, name_ru, titles, copies, at_list, at_price
        FROM (
            SELECT category_id, {WORTH}
            FROM held LEFT JOIN ({ABOVE}) AS above USING (book_id) GROUP BY category_id
        ) AS summed LEFT JOIN categories ON categories.id = category_id
    """,
    Shelving.PUBLISHERS: f"""
        SELECT publishers.id::text AS key, name, NULL AS name_ru, {WORTH}
        FROM held LEFT JOIN publishers ON publishers.id = publisher_id GROUP BY publishers.id
    """,
}
VALUE_SORTS = ("at_price", "at_list", "copies", "titles", "name")
SLOW_SORTS = ("value", "copies", "title", "last_sold")
# Came into the shop before then, and nobody has bought it since.
SLOW = f"""
    sold AS (
        SELECT DISTINCT book_id FROM sales_entries
        WHERE at >= :since AND {OF_BOOKS} AND NOT is_return
    ), slow AS MATERIALIZED (
        SELECT books.id AS book_id, title, sku, num_in_stock AS copies,
               num_in_stock * price AS value
        FROM books JOIN stock_records ON stock_records.book_id = books.id
        WHERE num_in_stock > 0 AND appeared_at < :since
          AND NOT EXISTS (SELECT FROM sold WHERE sold.book_id = books.id)
    )
"""
LAST_SOLD = f"""
    LEFT JOIN LATERAL (
        SELECT max(at) AS last_sold FROM sales_entries
        WHERE book_id = slow.book_id AND {OF_BOOKS} AND NOT is_return
    ) AS sales ON true
"""


class StockValueRepository:
    def __init__(self, session: Sessions) -> None:
        self.session = session

    def value(
        self, by: Shelving, sort: str, page: int, limit: int
    ) -> tuple[Page[StockValue], StockValue]:
        """A page of it, and all stock, each title counted once."""
        order = _order(sort, VALUE_SORTS, "key")
        statement = f"""
            WITH {HELD}, valued AS ({BY_SHELVING[by]})
            SELECT valued.*, (SELECT count(*) FROM valued)
            FROM valued ORDER BY {order} LIMIT :limit OFFSET :offset
        """
        given = {"limit": limit, "offset": (page - 1) * limit}
        rows = self.session.execute(text(statement), given).all()
        whole = self.session.execute(text(f"WITH {HELD} SELECT {WORTH} FROM held")).one()
        shown = [StockValue(*row[:-1]) for row in rows]
        total = rows[0][-1] if rows else 0
        return Page(shown, total, page, limit), StockValue(None, None, None, *whole)

    def all_values(self, by: Shelving, sort: str) -> Iterator[StockValue]:
        order = _order(sort, VALUE_SORTS, "key")
        statement = f"WITH {HELD} SELECT * FROM ({BY_SHELVING[by]}) AS valued ORDER BY {order}"
        for row in self.session.execute(text(statement)):
            yield StockValue(*row)

    def slow_movers(
        self, since: datetime, sort: str, page: int, limit: int
    ) -> tuple[Page[SlowMover], Decimal]:
        """Books that were there before `since` and have not been sold since; the value of all."""
        order = _order(sort, SLOW_SORTS, "book_id")
        # When each was sold last is looked up for those that are shown, or all are put in order.
        early = order if not sort.endswith("last_sold") else None
        shown = (
            f"SELECT * FROM (SELECT * FROM slow ORDER BY {early} LIMIT :limit OFFSET :offset)"
            f" AS slow {LAST_SOLD} ORDER BY {order}"
            if early
            else f"SELECT * FROM slow {LAST_SOLD} ORDER BY {order} LIMIT :limit OFFSET :offset"
        )
        statement = f"""
            WITH {SLOW}, shown AS ({shown})
            SELECT shown.*, total.* FROM (
                SELECT count(*), coalesce(sum(value), 0) FROM slow
            ) AS total LEFT JOIN shown ON true ORDER BY {order}
        """
        given = {"since": since, "limit": limit, "offset": (page - 1) * limit}
        rows: Sequence[tuple[object, ...]] = [
            tuple(row) for row in self.session.execute(text(statement), given)
        ]
        movers = [SlowMover(*row[:6]) for row in rows if row[0] is not None]  # type: ignore[arg-type]
        return Page(movers, int(str(rows[0][6])), page, limit), Decimal(str(rows[0][7]))

    def all_slow_movers(self, since: datetime, sort: str) -> Iterator[SlowMover]:
        order = _order(sort, SLOW_SORTS, "book_id")
        statement = f"WITH {SLOW} SELECT * FROM slow {LAST_SOLD} ORDER BY {order}"
        streamed = {"yield_per": ROWS_AT_ONCE}
        given = {"since": since}
        for row in self.session.execute(text(statement), given, execution_options=streamed):
            yield SlowMover(*row)


def _order(sort: str, known: Sequence[str], key: str) -> str:
    name = sort.removeprefix("-")
    if name not in known:
        raise ValueError(sort)
    way = "DESC" if sort.startswith("-") else "ASC"
    return f"{name} {way} NULLS LAST, {key} NULLS LAST"
