"""Doubles are found and merged; staff write pages, keep shelves and choose settings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

# How the words of a name sound, in the order of the alphabet: Лев Толстой, Lev Tolstoy and
# Tolstoi, Lev are one. A word that sounds like nothing, such as an initial, stands for itself.
LIKENESS = """
CREATE FUNCTION likeness_of(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
    SELECT string_agg(coalesce(sound_of(word), word), ' '
                      ORDER BY coalesce(sound_of(word), word) COLLATE "C")
    FROM unnest(words_in(name)) AS word
)
"""
# What a person is looked for in. An index on it needs a body that is bound when it is made.
FOLDED = """
CREATE FUNCTION folded_names(name text, other text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN fold(name || ' ' || coalesce(other, ''))
"""
LIKE = (
    ("contributors", "likeness", "name"),
    ("contributors", "likeness_en", "name_en"),
    ("publishers", "likeness", "name"),
    ("series", "likeness", "name"),
)
SEARCHED = (
    ("contributors", "folded_names(name, name_en)"),
    ("publishers", "fold(name)"),
    ("series", "fold(name)"),
)
VERSIONED = ("shelves", "shipping_methods")


def upgrade() -> None:
    op.execute(LIKENESS)
    op.execute(FOLDED)
    for table, column, name in LIKE:
        made = sa.Computed(f"likeness_of({name})", persisted=True)
        op.add_column(table, sa.Column(column, sa.Text(), made, nullable=True))
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    for table, searched in SEARCHED:
        op.execute(
            f"CREATE INDEX ix_{table}_searched ON {table} USING gin (({searched}) gin_trgm_ops)"
        )
    op.create_index("ix_contributors_sort_name_id", "contributors", ["sort_name", "id"])
    op.create_table(
        "merged_names",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("old_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("old_slug", sa.String(length=200), nullable=False),
        sa.Column("new_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('contributor', 'publisher', 'series')",
            name=op.f("ck_merged_names_kind_known"),
        ),
        sa.PrimaryKeyConstraint("kind", "old_id", name=op.f("pk_merged_names")),
    )
    op.create_table(
        "content_pages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("title_ru", sa.String(length=300), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_ru", sa.Text(), nullable=True),
        sa.Column("published", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("in_footer", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("position", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("slug ~ '^[a-z0-9-]+$'", name=op.f("ck_content_pages_slug_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_pages")),
        sa.UniqueConstraint("slug", name=op.f("uq_content_pages_slug")),
    )
    op.create_index("ix_content_pages_position_id", "content_pages", ["position", "id"])
    op.create_table(
        "settings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settings")),
        sa.UniqueConstraint("key", name=op.f("uq_settings_key")),
    )
    for table in VERSIONED:
        version = sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False)
        op.add_column(table, version)


def downgrade() -> None:
    for table in VERSIONED:
        op.drop_column(table, "version")
    for table in ("settings", "content_pages", "merged_names"):
        op.drop_table(table)
    op.drop_index("ix_contributors_sort_name_id", "contributors")
    for table, _ in SEARCHED:
        op.execute(f"DROP INDEX ix_{table}_searched")
    for table, column, _ in LIKE:
        op.drop_index(op.f(f"ix_{table}_{column}"), table)
        op.drop_column(table, column)
    op.execute("DROP FUNCTION folded_names(text, text)")
    op.execute("DROP FUNCTION likeness_of(text)")
