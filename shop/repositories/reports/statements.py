"""What counts as sold, as SQL that several reports share.

An order counts from the moment at which it was paid, and does not count once it is cancelled. What
went back of its money counts from the moment at which that was promised, whatever became of the
parcel.
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


# Refunds of cancelled orders are none of what was sold, and those that were refused are none.
REFUNDS = f"""
    FROM refunds JOIN payments ON payments.id = payment_id JOIN orders ON orders.id = order_id
    WHERE refunds.status <> 'cancelled' AND orders.state IN ({STATES})
      AND refunds.created_at >= :before_first AND refunds.created_at < :end
      AND (refunds.created_at < :before_end OR refunds.created_at >= :first)
"""
BACK = f"""
    SELECT refunds.id, refunds.created_at AS at, refunds.amount, refunds.copies, payment_id,
           orders.id AS order_id, shipping_total,
           copies = '[]' AND refunds.amount = payments.amount AS is_whole
    {REFUNDS}
"""
COPIES = (
    "jsonb_to_recordset(copies) AS each (line_id int, quantity int, price numeric, vat_code int)"
)
# Lines of `back` and what went back for them; a sum for no copies in particular has none.
BACK_LINES = f"""
    SELECT at, book_id, vat_code, total AS amount
    FROM back JOIN order_lines USING (order_id) WHERE is_whole
    UNION ALL
    SELECT at, book_id, each.vat_code, each.price * each.quantity
    FROM back CROSS JOIN {COPIES} LEFT JOIN order_lines ON order_lines.id = line_id
"""


def netted(key: str, sold: str, amount: str, copies: str, back: str) -> str:
    """By `key`: copies, money, what went back, and what was left of it in the days before.

    `sold` begins with FROM, of orders that were paid in either days; `back` is a statement that
    answers the key, an amount, and the moment `at` which it went back.
    """
    return f"""
        SELECT {key}, sum(copies) AS copies, sum(sales) AS sales, sum(returned) AS returned,
               sum(before) AS before
        FROM (
            SELECT {key},
                   coalesce(sum({copies}) FILTER (WHERE {IN_SPAN}), 0) AS copies,
                   coalesce(sum({amount}) FILTER (WHERE {IN_SPAN}), 0) AS sales,
                   0 AS returned,
                   coalesce(sum({amount}) FILTER (WHERE paid_at < :before_end), 0) AS before
            {sold} WHERE {IN_EITHER} GROUP BY {key}
            UNION ALL
            SELECT {key}, 0, 0, coalesce(sum(amount) FILTER (WHERE at >= :first), 0),
                   - coalesce(sum(amount) FILTER (WHERE at < :before_end), 0)
            FROM ({back}) AS gone GROUP BY {key}
        ) AS both_ways GROUP BY {key}
    """


SOLD_BOOKS = netted(
    "book_id",
    "FROM orders JOIN order_lines ON order_lines.order_id = orders.id",
    "order_lines.total",
    "quantity",
    f"WITH back AS ({BACK}) {BACK_LINES}",
)
# A book counts once for each category that it hangs in or below.
ABOVE = """
    SELECT DISTINCT book_id, above.id, above.name, above.name_ru, above.path
    FROM book_categories
    JOIN categories ON categories.id = category_id
    JOIN categories AS above
      ON categories.path = above.path OR starts_with(categories.path, above.path || '/')
"""
