"""Accounts, and the trail of who changed what."""

from __future__ import annotations

from sqlalchemy import select

from shop.models import AuditEntry, User
from shop.repositories.base import Repository


class UserRepository(Repository[User]):
    entity = User

    def by_email(self, email: str) -> User | None:
        return self.session.scalars(
            select(User).where(User.email == email.strip().lower())
        ).one_or_none()


class AuditRepository(Repository[AuditEntry]):
    entity = AuditEntry
