"""People with an account: customers and staff, and what each may do."""

from __future__ import annotations

from enum import StrEnum

from flask_login import UserMixin
from sqlalchemy import CheckConstraint, String, text
from sqlalchemy.orm import Mapped, mapped_column

from shop.extensions import Base
from shop.models.columns import Id, Instant, choice, utcnow


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


class Role(StrEnum):
    CUSTOMER = "customer"
    CATALOGUE_MANAGER = "catalogue_manager"
    ORDER_MANAGER = "order_manager"
    ACCOUNTANT = "accountant"
    ADMIN = "admin"


PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.CUSTOMER: frozenset(),
    Role.CATALOGUE_MANAGER: frozenset({Permission.SEE_STOCK, Permission.EDIT_BOOKS}),
    Role.ORDER_MANAGER: frozenset(
        {
            Permission.SEE_ORDERS,
            Permission.FULFIL_ORDERS,
            Permission.CANCEL_ORDERS,
            Permission.EDIT_ORDERS,
            Permission.SEE_STOCK,
        }
    ),
    Role.ACCOUNTANT: frozenset({Permission.SEE_ORDERS}),
    Role.ADMIN: frozenset(Permission),
}


class User(UserMixin, Base):  # type: ignore[misc]
    """An account. `email` is kept in lower case, so that it is unique as people mean it."""

    __tablename__ = "users"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)

    id: Mapped[Id]
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    first_name: Mapped[str] = mapped_column(String(100), default="")
    last_name: Mapped[str] = mapped_column(String(100), default="")
    role: Mapped[Role] = mapped_column(choice(Role, "role"), default=Role.CUSTOMER)
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    created_at: Mapped[Instant] = mapped_column(default=utcnow)

    @property
    def is_active(self) -> bool:
        return self.active

    @property
    def is_staff(self) -> bool:
        return self.role is not Role.CUSTOMER

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email

    def may(self, permission: Permission | str) -> bool:
        return self.active and permission in PERMISSIONS[self.role]
