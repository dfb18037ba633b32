"""The trail of who changed what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from shop.models import AuditEntry, User
from shop.repositories.base import Repository

Facts = dict[str, Any]
LONGEST_TRAIL = 50


@dataclass(frozen=True)
class Deed:
    """A change, and who made it; None where nobody did."""

    entry: AuditEntry
    by: User | None


class AuditRepository(Repository[AuditEntry]):
    entity = AuditEntry

    def trail(self, entity: str, entity_id: int) -> Sequence[Deed]:
        """The latest changes of one thing, the last one first."""
        query = (
            select(AuditEntry, User)
            .outerjoin(User, User.id == AuditEntry.actor_id)
            .where(AuditEntry.entity == entity, AuditEntry.entity_id == entity_id)
            .order_by(AuditEntry.id.desc())
            .limit(LONGEST_TRAIL)
        )
        return [Deed(entry, actor) for entry, actor in self.session.execute(query)]

    def since(self, entity: str, entity_id: int, moment: datetime) -> Sequence[AuditEntry]:
        """All changes of one thing after this moment, the last one first."""
        query = (
            select(AuditEntry)
            .where(AuditEntry.entity == entity, AuditEntry.entity_id == entity_id)
            .where(AuditEntry.at > moment)
            .order_by(AuditEntry.id.desc())
        )
        return self.session.scalars(query).all()

    def note(
        self, by: User | None, entity: str, key: int, action: str, before: Facts, after: Facts
    ) -> None:
        """Leave who changed what, in the transaction of the change; nobody is the shop itself."""
        self.add(
            AuditEntry(
                actor_id=by.id if by else None,
                entity=entity,
                entity_id=key,
                action=action,
                before=before,
                after=after,
            )
        )
