"""The two accounts with which everybody may look around."""

from __future__ import annotations

from dataclasses import dataclass

from shop.models import RoleCode
from shop.models.columns import utcnow
from shop.services.registry import Services

PASSWORD = "colophon-demo"


@dataclass(frozen=True)
class DemoAccount:
    email: str
    role: RoleCode
    first_name: str
    last_name: str


ACCOUNTS = (
    DemoAccount("admin@example.org", RoleCode.ADMIN, "Vera", "Typesetter"),
    DemoAccount("customer@example.org", RoleCode.CUSTOMER, "Ivan", "Reader"),
)


def register(shop: Services) -> int:
    """How many of them were missing and are there now."""
    added = 0
    for account in ACCOUNTS:
        with shop.accounts.transaction():
            known = shop.accounts.users.by_email(account.email)
        if known is None:
            made = shop.accounts.register(
                account.email,
                PASSWORD,
                role=account.role,
                first_name=account.first_name,
                last_name=account.last_name,
            )
            shop.accounts.update(made.id, email_confirmed_at=utcnow())
            added += 1
    return added
