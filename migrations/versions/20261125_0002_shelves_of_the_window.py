"""Shelves of the shop window: staff picks with their cards, and books for a mood."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shelves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "staff_picks",
                "mood",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("name_ru", sa.String(length=300), nullable=True),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("description_ru", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("slug ~ '^[a-z0-9-]+$'", name=op.f("ck_shelves_slug_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shelves")),
        sa.UniqueConstraint("slug", name=op.f("uq_shelves_slug")),
    )
    op.create_table(
        "shelf_entries",
        sa.Column("shelf_id", sa.Integer(), nullable=False),
        sa.Column("book_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("note_ru", sa.Text(), nullable=True),
        sa.Column("signed", sa.String(length=100), nullable=True),
        sa.Column("signed_ru", sa.String(length=100), nullable=True),
        sa.ForeignKeyConstraint(
            ["book_id"], ["books.id"], name=op.f("fk_shelf_entries_book_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["shelf_id"], ["shelves.id"], name=op.f("fk_shelf_entries_shelf_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("shelf_id", "book_id", name=op.f("pk_shelf_entries")),
    )
    op.create_index(op.f("ix_shelf_entries_book_id"), "shelf_entries", ["book_id"], unique=False)


def downgrade() -> None:
    op.drop_table("shelf_entries")
    op.drop_table("shelves")
