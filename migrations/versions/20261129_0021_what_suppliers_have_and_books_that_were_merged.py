"""Titles of suppliers' files wait to become books, and a double leads to the book that was kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "supplier_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("titles", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_files")),
    )
    op.create_table(
        "supplier_titles",
        sa.Column("isbn", sa.String(length=13), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("cells", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["supplier_files.id"],
            name=op.f("fk_supplier_titles_file_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("isbn", name=op.f("pk_supplier_titles")),
    )
    op.create_index(op.f("ix_supplier_titles_file_id"), "supplier_titles", ["file_id"])
    op.create_table(
        "merged_books",
        sa.Column("old_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("isbn", sa.String(length=13), nullable=True),
        sa.Column("book_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["book_id"], ["books.id"], name=op.f("fk_merged_books_book_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("old_id", name=op.f("pk_merged_books")),
    )
    op.create_index(op.f("ix_merged_books_book_id"), "merged_books", ["book_id"])
    op.create_index(op.f("ix_merged_books_isbn"), "merged_books", ["isbn"])


def downgrade() -> None:
    op.drop_table("merged_books")
    op.drop_table("supplier_titles")
    op.drop_table("supplier_files")
