"""The trail is found by what it is about, and staff keep views of their lists."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_audit_entries_entity_id", "audit_entries", ["entity", "id"])
    op.create_index("ix_audit_entries_action_id", "audit_entries", ["action", "id"])
    op.create_index("ix_books_updated_at_id", "books", ["updated_at", "id"])
    # An index alone would not do to find titles that are there twice: it is asked for a title, and
    # does not answer it.
    op.execute(
        'ALTER TABLE books ADD COLUMN folded_title text COLLATE "C"'
        " GENERATED ALWAYS AS (fold(title)) STORED"
    )
    op.execute("DROP INDEX ix_books_title_order")
    op.create_index("ix_books_folded_title_id", "books", ["folded_title", "id"])
    # People are called contributors, as the shop has them, and copies belong to their book.
    op.execute("UPDATE audit_entries SET entity = 'book' WHERE entity = 'stock_record'")
    op.execute("UPDATE audit_entries SET entity = 'contributor' WHERE entity = 'author'")
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("list", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("query", sa.String(length=2000), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_saved_views_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint(
            "user_id", "list", "name", name=op.f("uq_saved_views_user_id_list_name")
        ),
    )


def downgrade() -> None:
    op.execute("UPDATE audit_entries SET entity = 'author' WHERE entity = 'contributor'")
    # What tells of copies and of nothing else is what was told of them by themselves.
    op.execute(
        "UPDATE audit_entries SET entity = 'stock_record' WHERE entity = 'book'"
        " AND before || after ? 'num_in_stock' AND (before || after) - 'num_in_stock' = '{}'"
    )
    op.drop_table("saved_views")
    op.drop_column("books", "folded_title")
    op.execute('CREATE INDEX ix_books_title_order ON books ((fold(title) COLLATE "C"), id)')
    op.drop_index("ix_books_updated_at_id", table_name="books")
    op.drop_index("ix_audit_entries_action_id", table_name="audit_entries")
    op.drop_index("ix_audit_entries_entity_id", table_name="audit_entries")
