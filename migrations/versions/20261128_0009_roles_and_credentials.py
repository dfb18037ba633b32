"""Roles that can be edited, and what accounts need: sessions, second factor, keys, consents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

CODES = ("customer", "catalogue_manager", "order_manager", "accountant", "admin")
# As they were when a role was a word in the code; an admin may do everything by being one.
PERMISSIONS = {
    "catalogue_manager": "edit_books,see_stock",
    "order_manager": "cancel_orders,edit_orders,fulfil_orders,see_orders,see_stock",
    "accountant": "see_orders",
}


def upgrade() -> None:
    _create_roles()
    _change_users()
    op.create_table(
        "recovery_codes",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_recovery_codes_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "code_hash", name=op.f("pk_recovery_codes")),
    )
    op.create_table(
        "token_families",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refreshed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_token_families_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token_families")),
    )
    op.create_index(op.f("ix_token_families_user_id"), "token_families", ["user_id"])
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("prefix", sa.String(length=16), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_api_keys_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("prefix", name=op.f("uq_api_keys_prefix")),
    )
    op.create_index(op.f("ix_api_keys_user_id"), "api_keys", ["user_id"])
    op.create_table(
        "consents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("text_version", sa.String(length=20), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('personal_data')", name=op.f("ck_consents_kind")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_consents_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index(op.f("ix_consents_user_id"), "consents", ["user_id"])


def downgrade() -> None:
    for name in ("consents", "api_keys", "token_families", "recovery_codes"):
        op.drop_table(name)
    op.add_column("users", sa.Column("role", sa.String(length=32)))
    # Whoever has a role that the code before does not know keeps no rights by mistake.
    known = sa.bindparam("known", CODES, expanding=True)
    role = sa.text(
        "UPDATE users SET role = CASE WHEN roles.code IN :known THEN roles.code ELSE 'customer' END"
        " FROM roles WHERE roles.id = users.role_id"
    )
    op.execute(role.bindparams(known))
    op.alter_column("users", "role", nullable=False)
    codes = ", ".join(f"'{code}'" for code in CODES)
    op.create_check_constraint(op.f("ck_users_role"), "users", f"role IN ({codes})")
    op.drop_constraint(op.f("ck_users_deleted_is_closed"), "users")
    for name in (
        *("version", "totp_last_step", "totp_secret", "session_epoch", "deleted_at", "role_id"),
        *("locale", "birth_date", "email_confirmed_at"),
    ):
        op.drop_column("users", name)
    op.drop_table("roles")


def _create_roles() -> None:
    roles = op.create_table(
        "roles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), server_default="", nullable=False),
        sa.Column("permissions", sa.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("code ~ '^[a-z][a-z0-9_]*$'", name=op.f("ck_roles_code_plain")),
        sa.CheckConstraint(
            "code NOT IN ('customer', 'admin') OR permissions = '{}'",
            name=op.f("ck_roles_permissions_fixed"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roles")),
        sa.UniqueConstraint("code", name=op.f("uq_roles_code")),
    )
    allowed = {code: [p for p in PERMISSIONS.get(code, "").split(",") if p] for code in CODES}
    op.bulk_insert(roles, [{"code": code, "permissions": allowed[code]} for code in CODES])


def _change_users() -> None:
    op.add_column("users", sa.Column("email_confirmed_at", sa.DateTime(timezone=True)))
    op.add_column("users", sa.Column("birth_date", sa.Date()))
    op.add_column(
        "users", sa.Column("locale", sa.String(length=2), server_default="en", nullable=False)
    )
    # Whoever has ordered in a language is written to in it.
    op.execute(
        """
        UPDATE users SET locale = latest.locale
        FROM (SELECT DISTINCT ON (user_id) user_id, locale FROM orders
              WHERE user_id IS NOT NULL ORDER BY user_id, id DESC) latest
        WHERE latest.user_id = users.id
        """
    )
    op.add_column("users", sa.Column("role_id", sa.Integer()))
    op.execute("UPDATE users SET role_id = roles.id FROM roles WHERE roles.code = users.role")
    op.alter_column("users", "role_id", nullable=False)
    op.create_foreign_key(op.f("fk_users_role_id"), "users", "roles", ["role_id"], ["id"])
    op.create_index(op.f("ix_users_role_id"), "users", ["role_id"])
    op.drop_column("users", "role")
    op.add_column("users", sa.Column("deleted_at", sa.DateTime(timezone=True)))
    op.add_column(
        "users", sa.Column("session_epoch", sa.Integer(), server_default="1", nullable=False)
    )
    op.add_column("users", sa.Column("totp_secret", sa.String(length=64)))
    op.add_column("users", sa.Column("totp_last_step", sa.Integer()))
    op.add_column("users", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.create_check_constraint(
        op.f("ck_users_deleted_is_closed"), "users", "deleted_at IS NULL OR NOT active"
    )
