"""What people may do: named permissions, and the roles that are made of them."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ARRAY, CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from shop.errors import Conflict
from shop.extensions import Base
from shop.models.columns import Id


class Permission(StrEnum):
    """A named thing that a role may do. Routes and services ask for these, never for roles."""

    SEE_ORDERS = "see_orders"
    FULFIL_ORDERS = "fulfil_orders"
    CANCEL_ORDERS = "cancel_orders"
    EDIT_ORDERS = "edit_orders"
    SEE_STOCK = "see_stock"
    EDIT_BOOKS = "edit_books"
    SEE_USERS = "see_users"
    EDIT_USERS = "edit_users"
    EDIT_ROLES = "edit_roles"
    SEE_REPORTS = "see_reports"
    SEE_AUDIT = "see_audit"
    SEE_LOGS = "see_logs"
    EDIT_PAGES = "edit_pages"
    EDIT_SETTINGS = "edit_settings"


class RoleCode(StrEnum):
    """The roles that a shop has from the start."""

    CUSTOMER = "customer"
    CATALOGUE_MANAGER = "catalogue_manager"
    ORDER_MANAGER = "order_manager"
    ACCOUNTANT = "accountant"
    ADMIN = "admin"


# What they may do until an admin decides otherwise.
FROM_THE_START: dict[RoleCode, frozenset[Permission]] = {
    RoleCode.CUSTOMER: frozenset(),
    RoleCode.CATALOGUE_MANAGER: frozenset(
        {Permission.SEE_STOCK, Permission.EDIT_BOOKS, Permission.EDIT_PAGES}
    ),
    RoleCode.ORDER_MANAGER: frozenset(
        {
            Permission.SEE_ORDERS,
            Permission.FULFIL_ORDERS,
            Permission.CANCEL_ORDERS,
            Permission.EDIT_ORDERS,
            Permission.SEE_STOCK,
        }
    ),
    RoleCode.ACCOUNTANT: frozenset({Permission.SEE_ORDERS, Permission.SEE_REPORTS}),
    RoleCode.ADMIN: frozenset(),
}
# Whoever registers is a customer, and somebody has to be able to undo every other change.
FIXED = frozenset({RoleCode.CUSTOMER, RoleCode.ADMIN})
# With these somebody can send money out of the shop, or give themselves the means to.
MOVES_MONEY = frozenset(
    {
        Permission.CANCEL_ORDERS,
        Permission.EDIT_ORDERS,
        Permission.EDIT_USERS,
        Permission.EDIT_ROLES,
    }
)


class Role(Base):
    """What an account may do. An admin may do everything, also what later versions bring."""

    __tablename__ = "roles"
    __table_args__ = (
        CheckConstraint("code ~ '^[a-z][a-z0-9_]*$'", name="code_plain"),
        CheckConstraint(
            "code NOT IN ('customer', 'admin') OR permissions = '{}'", name="permissions_fixed"
        ),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(String(40), unique=True)
    # "" for one from the start that goes by the name that the pages have for it.
    name: Mapped[str] = mapped_column(String(100), default="", server_default="")
    permissions: Mapped[list[str]] = mapped_column(ARRAY(String(40)), default=list)
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}

    @property
    def grants(self) -> frozenset[Permission]:
        """What it may do; a permission that a former version knew is none."""
        if self.code == RoleCode.ADMIN:
            return frozenset(Permission)
        known = {str(permission) for permission in Permission}
        return frozenset(Permission(name) for name in self.permissions if name in known)

    @property
    def is_fixed(self) -> bool:
        return self.code in FIXED

    @property
    def is_from_the_start(self) -> bool:
        return self.code in set(RoleCode)

    @property
    def moves_money(self) -> bool:
        return bool(self.grants & MOVES_MONEY)

    def allow(self, permissions: frozenset[Permission]) -> None:
        """Make it of these; Conflict for a customer, who may do nothing, and for an admin."""
        if self.is_fixed:
            raise Conflict(f"What the role “{self.code}” may do cannot be changed.")
        self.permissions = sorted(permissions)
