"""Changes of many books at once, with what each row was before and is after."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

STATES = "'planning', 'planned', 'applying', 'applied', 'reverting', 'reverted', 'abandoned'"
ROWS = "'chosen', 'planned', 'same', 'impossible', 'applied', 'skipped', 'reverted', 'refused'"


def upgrade() -> None:
    by = ("made", "applied", "reverted")
    op.create_table(
        "bulk_edits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), server_default="edit", nullable=False),
        sa.Column("source", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("rule", postgresql.JSONB(), nullable=False),
        sa.Column("selection", postgresql.JSONB(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_by_id", sa.Integer(), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reverted_by_id", sa.Integer(), nullable=True),
        sa.Column("reverted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counts", postgresql.JSONB(), nullable=False),
        sa.Column("reached", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("to_do", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("done", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("trouble", sa.String(length=40), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_bulk_edits_state")),
        sa.CheckConstraint("kind IN ('edit', 'import')", name=op.f("ck_bulk_edits_kind")),
        *(
            sa.ForeignKeyConstraint(
                [f"{who}_by_id"], ["users.id"], name=op.f(f"fk_bulk_edits_{who}_by_id")
            )
            for who in by
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_edits")),
    )
    op.create_index(
        "ix_bulk_edits_under_way",
        "bulk_edits",
        ["id"],
        postgresql_where=sa.text("state IN ('planning', 'applying', 'reverting')"),
    )
    op.create_table(
        "bulk_rows",
        sa.Column("edit_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("given", postgresql.JSONB(), nullable=True),
        sa.Column("book_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=1000), server_default="", nullable=False),
        sa.Column("before", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("after", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("warnings", sa.ARRAY(sa.String(length=40)), server_default="{}", nullable=False),
        sa.Column("state", sa.String(length=32), server_default="chosen", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(f"state IN ({ROWS})", name=op.f("ck_bulk_rows_state")),
        sa.ForeignKeyConstraint(
            ["edit_id"], ["bulk_edits.id"], name=op.f("fk_bulk_rows_edit_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("edit_id", "number", name=op.f("pk_bulk_rows")),
    )
    op.create_index(
        "ix_bulk_rows_edit_id_state_number", "bulk_rows", ["edit_id", "state", "number"]
    )
    op.create_index(
        "ix_bulk_rows_warned",
        "bulk_rows",
        ["edit_id", "number"],
        postgresql_where=sa.text("warnings <> '{}'"),
    )
    op.create_foreign_key(
        op.f("fk_audit_entries_batch_id"), "audit_entries", "bulk_edits", ["batch_id"], ["id"]
    )


def downgrade() -> None:
    op.drop_constraint(op.f("fk_audit_entries_batch_id"), "audit_entries")
    # What they were a part of is gone: the way up again asks for it.
    op.execute("UPDATE audit_entries SET batch_id = NULL WHERE batch_id IS NOT NULL")
    op.drop_table("bulk_rows")
    op.drop_table("bulk_edits")
