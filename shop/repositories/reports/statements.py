"""What counts as sold, as SQL that several reports share.

An order counts from the moment at which it was paid, and does not count once it is cancelled. What
came back is still sold, and is told apart.
"""

from __future__ import annotations

from shop.models import OrderState
from shop.models.orders import SOLD

COUNTED = (*SOLD, OrderState.RETURNED)
STATES = ", ".join(f"'{state}'" for state in COUNTED)
IN_SPAN = "paid_at >= :first AND paid_at < :end"
IN_EITHER = f"""
    orders.state IN ({STATES}) AND paid_at >= :before_first AND paid_at < :end
    AND (paid_at < :before_end OR paid_at >= :first)
"""


def sums(amount: str, copies: str) -> str:
    """Copies, money, what came back, and what was left of it in the days before."""
    return f"""
        coalesce(sum({copies}) FILTER (WHERE {IN_SPAN}), 0) AS copies,
        coalesce(sum({amount}) FILTER (WHERE {IN_SPAN}), 0) AS sales,
        coalesce(sum({amount}) FILTER (WHERE {IN_SPAN} AND orders.state = 'returned'), 0)
            AS returned,
        coalesce(sum({amount}) FILTER (WHERE paid_at < :before_end
            AND orders.state <> 'returned'), 0) AS before
    """


SOLD_BOOKS = f"""
    SELECT book_id, {sums("order_lines.total", "quantity")}
    FROM orders JOIN order_lines ON order_lines.order_id = orders.id
    WHERE {IN_EITHER} GROUP BY book_id
"""
# A book counts once for each category that it hangs in or below.
ABOVE = """
    SELECT DISTINCT book_id, above.id, above.name, above.name_ru, above.path
    FROM book_categories
    JOIN categories ON categories.id = category_id
    JOIN categories AS above
      ON categories.path = above.path OR starts_with(categories.path, above.path || '/')
"""
