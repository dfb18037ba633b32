"""Pictures know their store, and their sizes are files of one folder instead of rows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# The sizes of before are of one type and of other widths. Their files are swept when nobody
# needs them any more.
MAKE_ALL = """
INSERT INTO outbox (topic, payload, dedupe_key, created_at, available_at)
SELECT 'image.renditions', jsonb_build_object('image_id', id), 'renditions-0013-' || id || '-' || gen_random_uuid(), now(), now()
FROM images
"""
# Messages of before name no store: there was one.
SAY_WHERE = """
UPDATE outbox SET payload = payload || '{"store": "local"}'
WHERE topic = 'image.unused_files' AND delivered_at IS NULL
"""
SAY_NOTHING = """
UPDATE outbox SET payload = payload - 'store'
WHERE topic = 'image.unused_files' AND delivered_at IS NULL
"""
TROUBLES = ("unreadable", "lost", "deadly", "store")
EVENTS = {"INSERT": "NEW", "UPDATE": "NEW", "DELETE": "OLD"}
BOOKS = "SELECT i.book_id FROM changed c JOIN images i ON i.id = c.image_id"


def upgrade() -> None:
    op.drop_table("renditions")
    store = sa.Enum(
        "local", "s3", name="store", native_enum=False, create_constraint=False, length=32
    )
    op.add_column("images", sa.Column("store", store, server_default="local", nullable=False))
    op.create_check_constraint(op.f("ck_images_store"), "images", "store IN ('local', 's3')")
    op.add_column("images", sa.Column("folder", sa.String(length=60), nullable=True))
    op.add_column(
        "images",
        sa.Column("widths", sa.ARRAY(sa.Integer()), server_default=sa.text("'{}'"), nullable=False),
    )
    op.add_column("images", sa.Column("colour", sa.String(length=7), nullable=True))
    moved_at = sa.Column("moved_at", sa.DateTime(timezone=True), nullable=True)
    op.add_column("images", moved_at)
    op.create_check_constraint(
        op.f("ck_images_folder_with_sizes"),
        "images",
        "(folder IS NULL) = (colour IS NULL) AND (folder IS NULL) = (widths = '{}')",
    )
    op.create_index(op.f("ix_images_key"), "images", ["key"])
    op.create_index(op.f("ix_images_folder"), "images", ["folder"])
    trouble = sa.Enum(
        *TROUBLES, name="trouble", native_enum=False, create_constraint=True, length=32
    )
    op.create_table(
        "renderings",
        sa.Column("image_id", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("made", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("total", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("trouble", trouble, nullable=True),
        sa.CheckConstraint("made <= total", name=op.f("ck_renderings_made_at_most_all")),
        sa.ForeignKeyConstraint(
            ["image_id"],
            ["images.id"],
            name=op.f("fk_renderings_image_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("image_id", name=op.f("pk_renderings")),
    )
    op.execute("UPDATE images SET state = 'pending'")
    op.execute("INSERT INTO renderings (image_id) SELECT id FROM images")
    op.execute(MAKE_ALL)
    op.execute(SAY_WHERE)


def downgrade() -> None:
    op.execute(SAY_NOTHING)
    op.drop_table("renderings")
    op.drop_index(op.f("ix_images_folder"), "images")
    op.drop_index(op.f("ix_images_key"), "images")
    op.drop_constraint(op.f("ck_images_folder_with_sizes"), "images")
    op.drop_constraint(op.f("ck_images_store"), "images")
    for column in ("colour", "widths", "folder", "moved_at", "store"):
        op.drop_column("images", column)
    op.create_table(
        "renditions",
        sa.Column("image_id", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.CheckConstraint("width > 0 AND height > 0", name=op.f("ck_renditions_size_positive")),
        sa.ForeignKeyConstraint(
            ["image_id"], ["images.id"], name=op.f("fk_renditions_image_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("image_id", "media_type", "width", name=op.f("pk_renditions")),
    )
    for event, rows in EVENTS.items():
        op.execute(
            f"CREATE TRIGGER note_changed_books_{event.lower()} AFTER {event} ON renditions"
            f" REFERENCING {rows} TABLE AS changed FOR EACH STATEMENT"
            f" EXECUTE FUNCTION note_changed_books('{BOOKS}')"
        )
    op.execute(
        "CREATE TRIGGER note_everything AFTER TRUNCATE ON renditions FOR EACH STATEMENT"
        " EXECUTE FUNCTION note_changed_catalogue('everything')"
    )
    op.execute("UPDATE images SET state = 'pending'")
    op.execute(MAKE_ALL)
