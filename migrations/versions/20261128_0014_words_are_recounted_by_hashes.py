"""Words are counted anew by hashes, whatever the planner believes of their table."""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Right after a large import the planner may still take the table of words for empty, and
    # compare each of them with each.
    op.execute("ALTER FUNCTION recount_words() SET enable_nestloop = off")


def downgrade() -> None:
    op.execute("ALTER FUNCTION recount_words() RESET enable_nestloop")
