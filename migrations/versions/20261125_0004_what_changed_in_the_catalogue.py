"""A log of what changed in the catalogue, for those who keep counts of it in memory."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# An index on fold() is built, and a dump restored, with an empty search path: it must say where
# unaccent() is. Hosts keep extensions in schemas of their own.
FOLD = """
CREATE OR REPLACE FUNCTION fold(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS
$$ SELECT translate(lower({place}unaccent({dictionary}$1)), 'ё', 'е') $$
"""
WHERE_UNACCENT_IS = """
SELECT quote_ident(nspname) FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace
WHERE extname = 'unaccent'
"""
# One row for each book that a statement touched. The transaction's id says from which snapshot on
# a reader sees the change: rows are found by it, never by a sequence, which commits out of order.
NOTE = """
CREATE FUNCTION note_changed_books() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('INSERT INTO book_changes (kind, book_id) SELECT DISTINCT ''book'', b.id FROM (%s) b (id)',
                   TG_ARGV[0]);
    RETURN NULL;
END $$
"""
NOTE_KIND = """
CREATE FUNCTION note_changed_catalogue() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO book_changes (kind) VALUES (TG_ARGV[0]);
    RETURN NULL;
END $$
"""
# Which books a row of a table is about, as a query on the changed rows.
BOOKS = {
    "books": "SELECT id FROM changed",
    "stock_records": "SELECT book_id FROM changed",
    "book_contributors": "SELECT book_id FROM changed",
    "book_categories": "SELECT book_id FROM changed",
    "images": "SELECT book_id FROM changed",
    "renditions": "SELECT i.book_id FROM changed c JOIN images i ON i.id = c.image_id",
}
# A new name is shown with each of its books.
RENAMED = {
    "contributors": "SELECT l.book_id FROM changed c JOIN book_contributors l ON l.contributor_id = c.id",
    "publishers": "SELECT b.id FROM changed c JOIN books b ON b.publisher_id = c.id",
    "series": "SELECT b.id FROM changed c JOIN books b ON b.series_id = c.id",
}
# They are few, and kept whole by name.
NAMED = ("categories", "publishers", "series")
ROWS = {"INSERT": "NEW", "UPDATE": "NEW", "DELETE": "OLD"}


def upgrade() -> None:
    op.create_table(
        "book_changes",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("book_id", sa.Integer(), nullable=True),
        sa.Column(
            "made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint(
            "kind IN ('book', 'names', 'everything')", name=op.f("ck_book_changes_kind_known")
        ),
        sa.CheckConstraint(
            "(kind = 'book') = (book_id IS NOT NULL)", name=op.f("ck_book_changes_book_id_given")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_book_changes")),
    )
    op.execute("ALTER TABLE book_changes ADD COLUMN xid xid8 NOT NULL DEFAULT pg_current_xact_id()")
    op.create_index("ix_book_changes_xid", "book_changes", ["xid"])
    op.create_index("ix_book_changes_made_at", "book_changes", ["made_at"])
    schema = op.get_bind().scalar(sa.text(WHERE_UNACCENT_IS))
    op.execute(FOLD.format(place=f"{schema}.", dictionary=f"'{schema}.unaccent', "))
    # What a list by title goes by: no case, no accents, and Latin before Cyrillic.
    op.execute('CREATE INDEX ix_books_title_order ON books ((fold(title) COLLATE "C"), id)')
    op.execute(NOTE)
    op.execute(NOTE_KIND)
    for table, books in BOOKS.items():
        for event in ROWS:
            _notes_books(table, event, books)
        _notes_kind(table, "TRUNCATE", "everything")
    for table, books in RENAMED.items():
        _notes_books(table, "UPDATE", books)
    for table in NAMED:
        _notes_kind(table, "INSERT OR UPDATE OR DELETE", "names")


def _notes_books(table: str, event: str, books: str) -> None:
    op.execute(
        f"CREATE TRIGGER note_changed_books_{event.lower()} AFTER {event} ON {table}"
        f" REFERENCING {ROWS[event]} TABLE AS changed FOR EACH STATEMENT"
        f" EXECUTE FUNCTION note_changed_books('{books}')"
    )


def _notes_kind(table: str, events: str, kind: str) -> None:
    op.execute(
        f"CREATE TRIGGER note_{kind} AFTER {events} ON {table} FOR EACH STATEMENT"
        f" EXECUTE FUNCTION note_changed_catalogue('{kind}')"
    )


def downgrade() -> None:
    for table in NAMED:
        op.execute(f"DROP TRIGGER note_names ON {table}")
    for table in RENAMED:
        op.execute(f"DROP TRIGGER note_changed_books_update ON {table}")
    for table in BOOKS:
        for event in ROWS:
            op.execute(f"DROP TRIGGER note_changed_books_{event.lower()} ON {table}")
        op.execute(f"DROP TRIGGER note_everything ON {table}")
    op.execute("DROP FUNCTION note_changed_books")
    op.execute("DROP FUNCTION note_changed_catalogue")
    op.execute("DROP INDEX ix_books_title_order")
    op.execute(FOLD.format(place="", dictionary=""))
    op.drop_table("book_changes")
