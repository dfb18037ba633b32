"""Who is called so: an import asks for each name, in either alphabet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_contributors_name"), "contributors", ["name"])
    op.create_index(
        "ix_contributors_name_en",
        "contributors",
        ["name_en"],
        postgresql_where=sa.text("name_en IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_contributors_name_en", "contributors")
    op.drop_index(op.f("ix_contributors_name"), "contributors")
