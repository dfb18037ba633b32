"""Nobody overwrites unseen what a book hangs on, or its pictures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = ("contributors", "publishers", "series", "categories", "images")
# What is below a category that moves is at another address, which is a change of it.
MOVED = """
CREATE OR REPLACE FUNCTION category_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM former_category_paths WHERE path = NEW.path;
    INSERT INTO former_category_paths (path, category_id)
        SELECT OLD.path, NEW.id
        WHERE NOT EXISTS (SELECT FROM categories WHERE path = OLD.path)
        ON CONFLICT (path) DO UPDATE SET category_id = EXCLUDED.category_id;
    UPDATE categories SET path = NEW.path || '/' || slug{counted}
        WHERE parent_id = NEW.id AND path <> NEW.path || '/' || slug;
    RETURN NULL;
END
$$
"""


def upgrade() -> None:
    for table in TABLES:
        version = sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False)
        op.add_column(table, version)
    op.execute(MOVED.format(counted=", version = version + 1"))


def downgrade() -> None:
    op.execute(MOVED.format(counted=""))
    for table in TABLES:
        op.drop_column(table, "version")
