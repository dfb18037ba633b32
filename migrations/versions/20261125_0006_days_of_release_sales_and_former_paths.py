"""When a book comes out, how it sells, and where categories were before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# A category that moves takes what is below it along, and leaves its old address to be found.
# Whoever moves a whole branch in one statement finds nothing left to do for the children.
MOVED = """
CREATE FUNCTION category_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM former_category_paths WHERE path = NEW.path;
    INSERT INTO former_category_paths (path, category_id)
        SELECT OLD.path, NEW.id
        WHERE NOT EXISTS (SELECT FROM categories WHERE path = OLD.path)
        ON CONFLICT (path) DO UPDATE SET category_id = EXCLUDED.category_id;
    UPDATE categories SET path = NEW.path || '/' || slug
        WHERE parent_id = NEW.id AND path <> NEW.path || '/' || slug;
    RETURN NULL;
END
$$
"""
NOTES = """
CREATE TRIGGER note_changed_books_{name} AFTER {event} ON book_sales
    REFERENCING {rows} TABLE AS changed FOR EACH STATEMENT
    EXECUTE FUNCTION note_changed_books('SELECT book_id FROM changed')
"""
MOVES = """
CREATE TRIGGER category_moved AFTER UPDATE OF path ON categories
    FOR EACH ROW WHEN (OLD.path <> NEW.path) EXECUTE FUNCTION category_moved()
"""


def upgrade() -> None:
    op.add_column("books", sa.Column("released_on", sa.Date(), nullable=True))
    op.add_column(
        "books",
        sa.Column(
            "appeared_at",
            sa.DateTime(timezone=True),
            sa.Computed(
                "greatest(created_at, released_on::timestamp AT TIME ZONE 'UTC')", persisted=True
            ),
        ),
    )
    op.create_index("ix_books_appeared_at_id", "books", ["appeared_at", "id"])
    op.create_index(
        "ix_books_released_on_id",
        "books",
        ["released_on", "id"],
        postgresql_where=sa.text("released_on IS NOT NULL"),
    )
    op.create_index(
        "ix_books_discount_percent_id",
        "books",
        [sa.text("discount_percent DESC"), "id"],
        postgresql_where=sa.text("discount_percent > 0"),
    )
    op.create_table(
        "book_sales",
        sa.Column("book_id", sa.Integer(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.CheckConstraint("copies >= 0", name=op.f("ck_book_sales_copies_not_negative")),
        sa.ForeignKeyConstraint(
            ["book_id"], ["books.id"], name=op.f("fk_book_sales_book_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("book_id", name=op.f("pk_book_sales")),
    )
    op.create_index(
        "ix_book_sales_copies_book_id", "book_sales", [sa.text("copies DESC"), "book_id"]
    )
    op.create_index(
        "ix_orders_paid_at", "orders", ["paid_at"], postgresql_where=sa.text("paid_at IS NOT NULL")
    )
    # The latest orders of one book, however many there are.
    op.create_index("ix_order_lines_book_id_order_id", "order_lines", ["book_id", "order_id"])
    op.drop_index(op.f("ix_order_lines_book_id"), table_name="order_lines")
    op.create_table(
        "former_category_paths",
        sa.Column("path", sa.String(length=600), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["categories.id"],
            name=op.f("fk_former_category_paths_category_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_former_category_paths")),
    )
    op.create_index(
        op.f("ix_former_category_paths_category_id"), "former_category_paths", ["category_id"]
    )
    op.execute(MOVED)
    op.execute(MOVES)
    # What sells is what lists go by: who keeps counts of books hears of it.
    for event, rows in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
        op.execute(NOTES.format(name=event.lower(), event=event, rows=rows))


def downgrade() -> None:
    op.execute("DROP TRIGGER category_moved ON categories")
    op.execute("DROP FUNCTION category_moved()")
    op.drop_table("former_category_paths")
    op.create_index(op.f("ix_order_lines_book_id"), "order_lines", ["book_id"])
    op.drop_index("ix_order_lines_book_id_order_id", table_name="order_lines")
    op.drop_index("ix_orders_paid_at", table_name="orders")
    op.drop_table("book_sales")
    op.drop_column("books", "appeared_at")
    op.drop_index("ix_books_discount_percent_id", table_name="books")
    op.drop_index("ix_books_released_on_id", table_name="books")
    op.drop_column("books", "released_on")
