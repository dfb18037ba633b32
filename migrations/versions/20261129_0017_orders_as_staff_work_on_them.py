"""Staff find orders by any part of a number, address or name, and write notes about them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "order_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_order_notes_text_given")),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_order_notes_author_id")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_order_notes_order_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_notes")),
    )
    op.create_index(op.f("ix_order_notes_order_id"), "order_notes", ["order_id"])
    op.add_column(
        "refunds",
        sa.Column(
            "copies",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
        ),
    )
    op.add_column("refunds", sa.Column("settled_at", sa.DateTime(timezone=True)))
    # No note of it was kept: refunds were settled within minutes, as a rule.
    op.execute("UPDATE refunds SET settled_at = created_at WHERE status <> 'pending'")
    # One index for the three: a search asks for any of them.
    op.create_index(
        "ix_orders_names",
        "orders",
        ["number", "email", "full_name"],
        postgresql_using="gin",
        postgresql_ops=dict.fromkeys(("number", "email", "full_name"), "gin_trgm_ops"),
    )
    op.create_index(
        "ix_users_names",
        "users",
        ["email", "first_name", "last_name"],
        postgresql_using="gin",
        postgresql_ops=dict.fromkeys(("email", "first_name", "last_name"), "gin_trgm_ops"),
    )
    op.create_index("ix_orders_lower_email", "orders", [sa.text("lower(email)")])


def downgrade() -> None:
    op.drop_index("ix_orders_lower_email", table_name="orders")
    op.drop_index("ix_users_names", table_name="users")
    op.drop_index("ix_orders_names", table_name="orders")
    op.drop_column("refunds", "settled_at")
    op.drop_column("refunds", "copies")
    op.drop_table("order_notes")
