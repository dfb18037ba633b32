"""What counts as sold, as SQL that several reports share.

An order counts from the moment at which it was paid, and does not count once it is cancelled. What
went back of its money counts from the moment at which that was promised, whatever became of the
parcel.
"""

from __future__ import annotations

from decimal import Decimal

from shop.models import OrderState
from shop.models.orders import SOLD

COUNTED = (*SOLD, OrderState.RETURNED)
STATES = ", ".join(f"'{state}'" for state in COUNTED)
IN_EITHER = f"""
    orders.state IN ({STATES}) AND paid_at >= :before_first AND paid_at < :end
    AND (paid_at < :before_end OR paid_at >= :first)
"""
# Refunds of cancelled orders are none of what was sold, and those that were refused are none.
REFUNDS = f"""
    FROM refunds JOIN payments ON payments.id = payment_id JOIN orders ON orders.id = order_id
    WHERE refunds.status <> 'cancelled' AND orders.state IN ({STATES})
"""


def kopecks(which: str, of: str = "kopecks") -> str:
    """The sum of such entries of the ledger: a whole number."""
    return f"coalesce(sum({of}) FILTER (WHERE {which}), 0)::bigint"


def roubles(sum_of_kopecks: int) -> Decimal:
    """With both decimals."""
    return Decimal(sum_of_kopecks).scaleb(-2)


# What the ledger has of books that were sold and not cancelled.
OF_BOOKS = "kind = 'copies' AND NOT is_cancelled"
SOLD_BOOKS = f"""
    SELECT book_id,
           coalesce(sum(copies) FILTER (WHERE at >= :first AND NOT is_return), 0) AS copies,
           {kopecks("at >= :first AND NOT is_return")} AS sales,
           {kopecks("at >= :first AND is_return")} AS returned,
           {kopecks("at < :before_end", "CASE WHEN is_return THEN -kopecks ELSE kopecks END")}
               AS before
    FROM sales_entries
    WHERE {OF_BOOKS} AND at >= :before_first AND at < :end
      AND (at < :before_end OR at >= :first)
    GROUP BY book_id
"""
# A book counts once for each category that it hangs in or below.
ABOVE = """
    SELECT DISTINCT book_id, above.id AS category_id
    FROM book_categories
    JOIN categories ON categories.id = category_id
    JOIN categories AS above
      ON categories.path = above.path OR starts_with(categories.path, above.path || '/')
"""
