"""Reports read what they add up out of indexes."""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DROP INDEX ix_orders_paid_at")
    op.execute(
        "CREATE INDEX ix_orders_paid_at ON orders (paid_at)"
        " INCLUDE (id, state, items_total, shipping_total, total, shipping_code)"
        " WHERE paid_at IS NOT NULL"
    )
    op.execute("CREATE INDEX ix_refunds_created_at ON refunds (created_at)")
    # Staff find an order by the end of a telephone number, however it was written.
    op.execute(
        "CREATE INDEX ix_orders_telephone ON orders"
        r" (reverse(right(regexp_replace(phone, '\D', '', 'g'), 10)) text_pattern_ops)"
    )


def downgrade() -> None:
    op.execute("DROP INDEX ix_orders_telephone")
    op.execute("DROP INDEX ix_refunds_created_at")
    op.execute("DROP INDEX ix_orders_paid_at")
    op.execute("CREATE INDEX ix_orders_paid_at ON orders (paid_at) WHERE paid_at IS NOT NULL")
