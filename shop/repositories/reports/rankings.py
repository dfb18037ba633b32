"""What sold, by one of the things that a sale hangs on; the best first, or as it is wanted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import text

from shop.repositories.base import Sessions
from shop.repositories.paging import Page
from shop.repositories.reports.spans import Span
from shop.repositories.reports.statements import ABOVE, IN_EITHER, REFUNDS, SOLD_BOOKS, roubles

ROWS_AT_ONCE = 500


class Dimension(StrEnum):
    BOOKS = "books"
    AUTHORS = "authors"
    CATEGORIES = "categories"
    PUBLISHERS = "publishers"
    SHIPPING = "shipping"


@dataclass(frozen=True)
class Ranked:
    """A row: `copies` are orders where it is about shipping. Money is in roubles."""

    key: str | None
    name: str | None
    name_ru: str | None
    copies: int
    sales: Decimal
    returned: Decimal
    net: Decimal
    before: Decimal

    @property
    def change(self) -> Decimal:
        return self.net - self.before


@dataclass(frozen=True)
class Ranking:
    """A page of rows, and what all sales of the span come to, each counted once."""

    page: Page[Ranked]
    total: Ranked


SUMS = ("copies", "sales", "returned", "before")
ALL = ", ".join(f"sum({each})::bigint AS {each}" for each in SUMS)
# Statements that answer key, name, name_ru, copies and kopecks, of what was sold by book.
RANKED_BOOKS = {
    Dimension.BOOKS: """
        SELECT book_id::text AS key, title AS name, NULL AS name_ru,
               copies, sales, returned, before
        FROM sold LEFT JOIN books ON books.id = book_id
    """,
    Dimension.AUTHORS: f"""
        SELECT contributors.id::text AS key, contributors.name, NULL AS name_ru, {ALL}
        FROM sold
        LEFT JOIN book_contributors ON book_contributors.book_id = sold.book_id AND role = 'author'
        LEFT JOIN contributors ON contributors.id = contributor_id
        GROUP BY contributors.id
    """,
    Dimension.CATEGORIES: f"""
        SELECT path AS key, name, name_ru, copies, sales, returned, before
        FROM (
            SELECT category_id, {ALL}
            FROM sold LEFT JOIN ({ABOVE}) AS above USING (book_id) GROUP BY category_id
        ) AS summed LEFT JOIN categories ON categories.id = category_id
    """,
    Dimension.PUBLISHERS: f"""
        SELECT publishers.id::text AS key, publishers.name, NULL AS name_ru, {ALL}
        FROM sold
        LEFT JOIN books ON books.id = book_id
        LEFT JOIN publishers ON publishers.id = publisher_id
        GROUP BY publishers.id
    """,
}
BY_SHIPPING = f"""
    SELECT shipping_code,
           coalesce(sum(orders) FILTER (WHERE is_now), 0)::bigint AS copies,
           coalesce(sum(amount) FILTER (WHERE is_now), 0)::bigint AS sales,
           coalesce(sum(back) FILTER (WHERE is_now), 0)::bigint AS returned,
           coalesce(sum(amount - back) FILTER (WHERE NOT is_now), 0)::bigint AS before
    FROM (
        SELECT shipping_code, paid_at >= :first AS is_now, count(*) AS orders,
               sum(total) * 100 AS amount, 0 AS back
        FROM orders WHERE {IN_EITHER} GROUP BY 1, 2
        UNION ALL
        SELECT shipping_code, refunds.created_at >= :first, 0, 0, sum(refunds.amount) * 100
        {REFUNDS} AND refunds.created_at >= :before_first AND refunds.created_at < :end
          AND (refunds.created_at < :before_end OR refunds.created_at >= :first)
        GROUP BY 1, 2
    ) AS both_ways GROUP BY shipping_code
"""
SHIPPED = """
    SELECT shipping_code AS key, coalesce(name, shipping_code) AS name, name_ru,
           copies, sales, returned, before
    FROM sold LEFT JOIN shipping_methods ON code = shipping_code
"""
SORTS = ("net", "copies", "sales", "returned", "before", "change", "name")


class RankingRepository:
    def __init__(self, session: Sessions) -> None:
        self.session = session

    def page(self, by: Dimension, span: Span, sort: str, page: int, limit: int) -> Ranking:
        """One page of it; `sort` is one of SORTS, with a minus for the largest first."""
        statement = f"""
            WITH {_parts(by)}, shown AS (
                SELECT * FROM ranked ORDER BY {_order(sort)} LIMIT :limit OFFSET :offset
            )
            SELECT shown.key, shown.name, shown.name_ru, shown.copies, shown.sales,
                   shown.returned, shown.net, shown.before, total.*,
                   (SELECT count(*) FROM ranked)
            FROM (
                SELECT coalesce(sum(copies), 0), coalesce(sum(sales), 0)::bigint,
                       coalesce(sum(returned), 0)::bigint,
                       coalesce(sum(sales - returned), 0)::bigint,
                       coalesce(sum(before), 0)::bigint
                FROM sold
            ) AS total LEFT JOIN shown ON true ORDER BY {_order(sort)}
        """
        given = {**span.bounds, "limit": limit, "offset": (page - 1) * limit}
        rows = self.session.execute(text(statement), given).all()
        total = _ranked(None, None, None, *rows[0][8:13])
        shown = [_ranked(*row[:8]) for row in rows if row[3] is not None]
        return Ranking(Page(shown, rows[0][13], page, limit), total)

    def all(self, by: Dimension, span: Span, sort: str) -> Iterator[Ranked]:
        """All rows, read as they are taken."""
        statement = f"""
            WITH {_parts(by)}
            SELECT key, name, name_ru, copies, sales, returned, net, before
            FROM ranked ORDER BY {_order(sort)}
        """
        streamed = {"yield_per": ROWS_AT_ONCE}
        for row in self.session.execute(text(statement), span.bounds, execution_options=streamed):
            yield _ranked(*row)


def _ranked(
    key: str | None, name: str | None, name_ru: str | None, copies: int, *sums: int
) -> Ranked:
    """A row as PostgreSQL answers it, in kopecks."""
    sales, returned, net, before = map(roubles, sums)
    return Ranked(key, name, name_ru, copies, sales, returned, net, before)


def _parts(by: Dimension) -> str:
    """`sold` has each sale once, `ranked` what is shown."""
    is_shipping = by is Dimension.SHIPPING
    sold, shown = (BY_SHIPPING, SHIPPED) if is_shipping else (SOLD_BOOKS, RANKED_BOOKS[by])
    return f"""
        sold AS MATERIALIZED ({sold}),
        ranked AS (
            SELECT *, sales - returned AS net, sales - returned - before AS change
            FROM ({shown}) AS named
        )
    """


def _order(sort: str) -> str:
    name = sort.removeprefix("-")
    if name not in SORTS:
        raise ValueError(sort)
    way = "DESC" if sort.startswith("-") else "ASC"
    return f"{name} {way} NULLS LAST, key NULLS LAST"
