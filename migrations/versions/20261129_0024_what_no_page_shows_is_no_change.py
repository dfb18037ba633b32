"""Shelves are told of like books; how many copies there are is told when the last one goes or comes.

A copy more or less changes no list: lists say whether a book can be had. With each order telling of
its books, what was made of the catalogue would be as good as never the same for two pages.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

KNOWN = "ck_book_changes_kind_known"
SHELVES = ("shelves", "shelf_entries")
STOCK = "note_changed_books_update"
COPIES = "SELECT book_id FROM changed"
COME_OR_GONE = (
    "SELECT book_id FROM was FULL JOIN changed USING (book_id)"
    " WHERE (was.num_available > 0) IS DISTINCT FROM (changed.num_available > 0)"
)


def upgrade() -> None:
    _kinds("'book', 'names', 'shelves', 'everything'")
    for table in SHELVES:
        op.execute(
            f"CREATE TRIGGER note_shelves AFTER INSERT OR UPDATE OR DELETE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION note_changed_catalogue('shelves')"
        )
    _stock("OLD TABLE AS was NEW TABLE AS changed", COME_OR_GONE)


def downgrade() -> None:
    _stock("NEW TABLE AS changed", COPIES)
    for table in SHELVES:
        op.execute(f"DROP TRIGGER note_shelves ON {table}")
    op.execute(sa.text("DELETE FROM book_changes WHERE kind = 'shelves'"))
    _kinds("'book', 'names', 'everything'")


def _kinds(kinds: str) -> None:
    op.drop_constraint(op.f(KNOWN), "book_changes", type_="check")
    op.create_check_constraint(op.f(KNOWN), "book_changes", f"kind IN ({kinds})")


def _stock(tables: str, books: str) -> None:
    op.execute(f"DROP TRIGGER {STOCK} ON stock_records")
    op.execute(
        f"CREATE TRIGGER {STOCK} AFTER UPDATE ON stock_records REFERENCING {tables}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION note_changed_books('{books}')"
    )
