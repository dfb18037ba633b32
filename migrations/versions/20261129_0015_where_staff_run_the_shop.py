"""Books have a status, changes can be taken back, and roles know more of what staff do."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# Those whom shops have from the start, and what this version lets them do as well.
NEW = (
    ("catalogue_manager", "edit_pages"),
    ("accountant", "see_reports"),
)


def upgrade() -> None:
    op.add_column(
        "books",
        sa.Column("status", sa.String(length=32), server_default="on_sale", nullable=False),
    )
    op.create_check_constraint(
        op.f("ck_books_status"), "books", "status IN ('draft', 'on_sale', 'withdrawn')"
    )
    op.create_index(
        "ix_books_status_id",
        "books",
        ["status", "id"],
        postgresql_where=sa.text("status <> 'on_sale'"),
    )
    op.add_column("audit_entries", sa.Column("batch_id", sa.Integer(), nullable=True))
    op.add_column("audit_entries", sa.Column("undoes_id", sa.Integer(), nullable=True))
    op.create_foreign_key(
        op.f("fk_audit_entries_undoes_id"),
        "audit_entries",
        "audit_entries",
        ["undoes_id"],
        ["id"],
    )
    op.create_unique_constraint(op.f("uq_audit_entries_undoes_id"), "audit_entries", ["undoes_id"])
    op.drop_index("ix_audit_entries_entity_entity_id", table_name="audit_entries")
    op.create_index(
        "ix_audit_entries_entity_entity_id_id", "audit_entries", ["entity", "entity_id", "id"]
    )
    op.create_index("ix_audit_entries_actor_id_id", "audit_entries", ["actor_id", "id"])
    op.create_index("ix_audit_entries_at", "audit_entries", ["at"])
    op.create_index(
        "ix_audit_entries_batch_id_id",
        "audit_entries",
        ["batch_id", "id"],
        postgresql_where=sa.text("batch_id IS NOT NULL"),
    )
    for code, permission in NEW:
        op.execute(
            sa.text(
                "UPDATE roles SET permissions = array_append(permissions, :permission)"
                " WHERE code = :code AND NOT :permission = ANY(permissions)"
            ).bindparams(code=code, permission=permission)
        )


def downgrade() -> None:
    for _, permission in NEW:
        op.execute(
            sa.text(
                "UPDATE roles SET permissions = array_remove(permissions, :permission)"
            ).bindparams(permission=permission)
        )
    for name in ("batch_id_id", "at", "actor_id_id", "entity_entity_id_id"):
        op.drop_index(f"ix_audit_entries_{name}", table_name="audit_entries")
    op.create_index("ix_audit_entries_entity_entity_id", "audit_entries", ["entity", "entity_id"])
    op.drop_column("audit_entries", "undoes_id")
    op.drop_column("audit_entries", "batch_id")
    op.drop_column("books", "status")
