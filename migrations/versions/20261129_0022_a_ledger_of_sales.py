"""A ledger of sales: what reports add up, written by the database as orders and refunds change."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

# The entries of these orders, made anew out of what the orders are now. Whoever makes them has
# the order to himself: another transaction's change of it is seen once that has ended. A sum that
# goes back for no copies in particular is what the receipt of `services.refunds` says: shipping as
# far as more went back than all books cost, and else a part of the dearest line.
# A plan that was kept for one order would be followed for thousands.
ENTER_SALES = """
CREATE FUNCTION enter_sales(ids integer[]) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = 'force_custom_plan' AS $$
BEGIN
    PERFORM FROM orders WHERE id = ANY(ids) ORDER BY id FOR NO KEY UPDATE;
    DELETE FROM sales_entries WHERE order_id = ANY(ids);
    INSERT INTO sales_entries
        (order_id, at, is_return, is_cancelled, kind, book_id, copies, kopecks, vat_code)
    WITH paid AS MATERIALIZED (
        SELECT id AS order_id, paid_at, state = 'cancelled' AS is_cancelled, items_total,
               shipping_total
        FROM orders WHERE id = ANY(ids) AND paid_at IS NOT NULL
    ), back AS MATERIALIZED (
        SELECT paid.*, refunds.id, payment_id, refunds.created_at AS at, refunds.amount, copies,
               copies = '[]' AND refunds.amount = payments.amount AS is_whole
        FROM paid JOIN payments USING (order_id) JOIN refunds ON payment_id = payments.id
        WHERE refunds.status <> 'cancelled'
    ), copies_back AS (
        SELECT back.id, line_id, copy.quantity, copy.price * copy.quantity AS total, copy.vat_code
        FROM back CROSS JOIN jsonb_to_recordset(copies)
            AS copy (line_id int, quantity int, price numeric, vat_code int)
    ), rests AS (
        SELECT back.*, rest, least(rest, greatest(so_far - items_total, 0)) AS of_shipping
        FROM back CROSS JOIN LATERAL (
            SELECT amount - coalesce(sum(total), 0) AS rest
            FROM copies_back WHERE copies_back.id = back.id
        ) AS counted CROSS JOIN LATERAL (
            -- Without what had been refused when this one was promised.
            SELECT sum(earlier.amount) AS so_far FROM refunds AS earlier
            WHERE earlier.payment_id = back.payment_id AND earlier.id <= back.id
              AND NOT (earlier.status = 'cancelled' AND coalesce(earlier.settled_at <= at, false))
        ) AS until_then
        WHERE NOT is_whole AND rest > 0
    ), dearest AS (
        SELECT DISTINCT ON (order_id) order_id, vat_code
        FROM order_lines WHERE order_id IN (SELECT order_id FROM rests)
        ORDER BY order_id, total DESC, id
    ), entries (order_id, at, is_return, is_cancelled, kind, book_id, copies, amount, vat_code) AS (
        SELECT order_id, paid_at, false, is_cancelled, 'copies', book_id, quantity, total, vat_code
        FROM paid JOIN order_lines USING (order_id)
        UNION ALL
        SELECT order_id, paid_at, false, is_cancelled, 'shipping', NULL, 0, shipping_total, NULL
        FROM paid WHERE shipping_total > 0
        UNION ALL
        SELECT order_id, at, true, is_cancelled, 'copies', book_id, quantity, total, vat_code
        FROM back JOIN order_lines USING (order_id) WHERE is_whole
        UNION ALL
        SELECT order_id, at, true, is_cancelled, 'shipping', NULL, 0, shipping_total, NULL
        FROM back WHERE is_whole AND shipping_total > 0
        UNION ALL
        SELECT back.order_id, at, true, is_cancelled, 'copies', book_id, copies_back.quantity,
               copies_back.total, copies_back.vat_code
        FROM back JOIN copies_back USING (id) LEFT JOIN order_lines ON order_lines.id = line_id
        UNION ALL
        SELECT order_id, at, true, is_cancelled, 'shipping', NULL, 0, of_shipping, NULL
        FROM rests WHERE of_shipping > 0
        UNION ALL
        SELECT order_id, at, true, is_cancelled, 'rest', NULL, 0, rest - of_shipping, vat_code
        FROM rests JOIN dearest USING (order_id) WHERE rest > of_shipping
    )
    SELECT order_id, at, is_return, is_cancelled, kind, book_id, copies, (amount * 100)::bigint,
           vat_code
    FROM entries ORDER BY order_id, at;
END $$
"""
ENTER_SALES_OF_MANY = """
CREATE FUNCTION enter_sales_of_many(ids integer[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    FOR start IN 1 .. cardinality(ids) BY 5000 LOOP
        PERFORM enter_sales(ids[start : start + 4999]);
    END LOOP;
END $$
"""
# What moves an entry: whether and when it was paid, whether it is cancelled, what shipping cost.
ORDER_CHANGED = """
CREATE FUNCTION enter_changed_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM enter_sales(ARRAY[NEW.id]);
    RETURN NULL;
END $$;
CREATE TRIGGER enter_sales AFTER UPDATE OF state, paid_at, shipping_total ON orders
FOR EACH ROW WHEN (
    (OLD.paid_at IS NOT NULL OR NEW.paid_at IS NOT NULL)
    AND (OLD.paid_at, OLD.state = 'cancelled', OLD.shipping_total)
        IS DISTINCT FROM (NEW.paid_at, NEW.state = 'cancelled', NEW.shipping_total)
) EXECUTE FUNCTION enter_changed_order()
"""
TRANSITIONS = {
    "insert": "NEW TABLE AS changed",
    "update": "NEW TABLE AS changed",
    "delete": "OLD TABLE AS changed",
}
# Orders of the rows that a statement has changed, as far as they are paid for.
CHANGED = {
    "order_lines": "SELECT DISTINCT order_id FROM changed JOIN orders ON orders.id = order_id",
    "refunds": (
        "SELECT DISTINCT order_id FROM changed JOIN payments ON payments.id = payment_id"
        " JOIN orders ON orders.id = order_id"
    ),
}


def trigger(table: str, verb: str) -> str:
    return f"""
CREATE FUNCTION enter_{table}_{verb}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM enter_sales_of_many(ARRAY({CHANGED[table]} WHERE paid_at IS NOT NULL ORDER BY 1));
    RETURN NULL;
END $$;
CREATE TRIGGER enter_sales_{verb} AFTER {verb.upper()} ON {table}
REFERENCING {TRANSITIONS[verb]} FOR EACH STATEMENT EXECUTE FUNCTION enter_{table}_{verb}()
"""


def upgrade() -> None:
    op.create_table(
        "sales_entries",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_return", sa.Boolean(), nullable=False),
        sa.Column("is_cancelled", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("book_id", sa.Integer(), nullable=True),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("kopecks", sa.BigInteger(), nullable=False),
        sa.Column("vat_code", sa.SmallInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_sales_entries_order_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_entries")),
    )
    op.create_index(op.f("ix_sales_entries_order_id"), "sales_entries", ["order_id"])
    op.execute(ENTER_SALES)
    op.execute(ENTER_SALES_OF_MANY)
    op.execute(ORDER_CHANGED)
    for table in CHANGED:
        for verb in TRANSITIONS:
            op.execute(trigger(table, verb))
    op.execute("SELECT enter_sales_of_many(ARRAY(SELECT id FROM orders ORDER BY paid_at, id))")
    op.create_index(op.f("ix_sales_entries_at"), "sales_entries", ["at"])
    op.create_index(op.f("ix_sales_entries_book_id_at"), "sales_entries", ["book_id", "at"])
    op.execute("ANALYZE sales_entries")


def downgrade() -> None:
    op.execute("DROP TRIGGER enter_sales ON orders")
    op.execute("DROP FUNCTION enter_changed_order()")
    for table in CHANGED:
        for verb in TRANSITIONS:
            op.execute(f"DROP TRIGGER enter_sales_{verb} ON {table}")
            op.execute(f"DROP FUNCTION enter_{table}_{verb}()")
    op.execute("DROP FUNCTION enter_sales_of_many(integer[])")
    op.execute("DROP FUNCTION enter_sales(integer[])")
    op.drop_table("sales_entries")
