"""What the first page of staff shows: few rows, each out of an index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select, text

from shop.models import Book, BookStatus, OrderState, StockRecord
from shop.models.columns import utcnow
from shop.repositories.base import Sessions
from shop.repositories.order_queue import WAITING
from shop.repositories.reports.statements import OF_BOOKS, STATES, roubles

# An answer of the provider that is longer on its way is not coming.
UNKNOWN_AFTER = timedelta(minutes=5)
# The sums of a week are compared within the time that a page has.
COMPARED = timedelta(days=7)


@dataclass(frozen=True)
class SoFar:
    """Orders and roubles of what was sold until a moment."""

    orders: int
    sales: Decimal


@dataclass(frozen=True)
class LowStock:
    book_id: int
    title: str
    available: int


@dataclass(frozen=True)
class BestSold:
    book_id: int
    title: str
    copies: int
    sales: Decimal


@dataclass(frozen=True)
class Difference:
    """What the shop and YooKassa do not agree on: `kind` is unknown, refused or amount."""

    kind: str
    number: str
    amount: Decimal
    since: datetime


OLDEST = " UNION ALL ".join(
    f"(SELECT '{state}' AS state, placed_at FROM orders WHERE state = '{state}'"
    " ORDER BY placed_at LIMIT 1)"
    for state in WAITING
)
SOLD_BETWEEN = f"""
    SELECT count(*), coalesce(sum(total), 0) FROM orders
    WHERE paid_at >= :first AND paid_at < :end AND state IN ({STATES})
"""
BEST_SOLD = f"""
    SELECT book_id, title, copies, sales FROM (
        SELECT book_id, sum(copies) AS copies, sum(kopecks) AS sales
        FROM sales_entries
        WHERE at >= :since AND {OF_BOOKS} AND NOT is_return AND book_id IS NOT NULL
        GROUP BY book_id ORDER BY copies DESC, book_id LIMIT :limit
    ) AS best JOIN books ON books.id = book_id ORDER BY copies DESC, book_id
"""
DIFFERENCES = f"""
    SELECT 'unknown', number, payments.amount, payments.created_at
    FROM payments JOIN orders ON orders.id = order_id
    -- Said as the index of open payments says it, which then answers.
    WHERE status IN ('pending', 'authorised') AND status = 'pending'
      AND provider_payment_id IS NULL AND payments.created_at < :asked_before
    UNION ALL
    SELECT 'refused', number, refunds.amount, refunds.created_at
    FROM refunds JOIN payments ON payments.id = payment_id JOIN orders ON orders.id = order_id
    -- Until the same sum is sent once more, or all that there was has gone back.
    WHERE refunds.status = 'cancelled' AND NOT EXISTS (
        SELECT FROM refunds AS later
        WHERE later.payment_id = payments.id AND later.id > refunds.id
          AND later.amount = refunds.amount AND later.status <> 'cancelled'
    ) AND payments.amount > (
        SELECT coalesce(sum(amount), 0) FROM refunds AS sent
        WHERE sent.payment_id = payments.id AND sent.status <> 'cancelled'
    )
    UNION ALL
    SELECT 'amount', number, captured, paid_at FROM (
        SELECT number, orders.total, paid_at, coalesce((
            SELECT sum(amount) FROM payments
            WHERE order_id = orders.id AND status = 'captured'
        ), 0) AS captured
        FROM orders WHERE paid_at >= :compared_since AND state IN ({STATES})
    ) AS taken WHERE captured <> total
    ORDER BY 4 DESC LIMIT :limit
"""


class DeskRepository:
    def __init__(self, session: Sessions) -> None:
        self.session = session

    def oldest(self) -> dict[OrderState, datetime]:
        """When the longest waiting order of each state was placed."""
        return {OrderState(state): at for state, at in self.session.execute(text(OLDEST))}

    def sold(self, first: datetime, end: datetime) -> SoFar:
        return SoFar(*self.session.execute(text(SOLD_BETWEEN), {"first": first, "end": end}).one())

    def low_stock(self, threshold: int, limit: int) -> Sequence[LowStock]:
        """Books on sale of which there are so few copies to order, or fewer, but some; the fewest
        first. As the staff's list of books has them: what is sold out is another matter."""
        query = (
            select(Book.id, Book.title, StockRecord.num_available)
            .join(StockRecord, StockRecord.book_id == Book.id)
            .where(
                StockRecord.num_available.between(1, threshold), Book.status == BookStatus.ON_SALE
            )
            .order_by(StockRecord.num_available)
            .limit(limit)
        )
        return [LowStock(*row) for row in self.session.execute(query)]

    def best_sold(self, since: datetime, limit: int) -> Sequence[BestSold]:
        given = {"since": since, "limit": limit}
        rows = self.session.execute(text(BEST_SOLD), given)
        return [BestSold(key, title, copies, roubles(sales)) for key, title, copies, sales in rows]

    def differences(self, limit: int) -> Sequence[Difference]:
        """The latest first."""
        now = utcnow()
        given = {
            "asked_before": now - UNKNOWN_AFTER,
            "compared_since": now - COMPARED,
            "limit": limit,
        }
        return [Difference(*row) for row in self.session.execute(text(DIFFERENCES), given)]
