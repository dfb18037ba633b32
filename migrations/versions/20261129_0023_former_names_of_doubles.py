"""What was merged is known by its former names and SKU too: files go on to name it so."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

# The trail of each double tells what it was.
NAMES = """
UPDATE merged_names SET old_name = told.before->>'name', old_name_en = told.before->>'name_en'
FROM audit_entries AS told
WHERE told.entity = kind AND told.entity_id = old_id AND told.action = 'merge'
  AND told.after->>'merged_into' IS NOT NULL
"""
SKUS = """
UPDATE merged_books SET sku = told.before->>'sku'
FROM audit_entries AS told
WHERE told.entity = 'book' AND told.entity_id = old_id AND told.action = 'merge'
  AND told.after->>'merged_into' IS NOT NULL
"""


def upgrade() -> None:
    for name in ("old_name", "old_name_en"):
        op.add_column("merged_names", sa.Column(name, sa.String(length=300), nullable=True))
    op.add_column("merged_books", sa.Column("sku", sa.String(length=64), nullable=True))
    op.execute(NAMES)
    op.execute(SKUS)


def downgrade() -> None:
    op.drop_column("merged_books", "sku")
    for name in ("old_name_en", "old_name"):
        op.drop_column("merged_names", name)
