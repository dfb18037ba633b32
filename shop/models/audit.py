"""Who changed what: written in the transaction of the change itself."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from shop.extensions import Base
from shop.models.columns import Id, Instant, utcnow


class AuditEntry(Base):
    """One change of one entity, with the values before and after."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        # The third column makes the latest changes of one thing, or those since a day, a walk.
        Index("ix_audit_entries_entity_entity_id_id", "entity", "entity_id", "id"),
        Index("ix_audit_entries_actor_id_id", "actor_id", "id"),
        Index("ix_audit_entries_at", "at"),
        # Among millions of entries about books, a few about something else.
        Index("ix_audit_entries_entity_id", "entity", "id"),
        Index("ix_audit_entries_action_id", "action", "id"),
        Index(
            "ix_audit_entries_batch_id_id",
            "batch_id",
            "id",
            postgresql_where=text("batch_id IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    at: Mapped[Instant] = mapped_column(default=utcnow)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    # "book", "order": the entity's name in the singular.
    entity: Mapped[str] = mapped_column(String(50))
    entity_id: Mapped[int]
    action: Mapped[str] = mapped_column(String(50))
    before: Mapped[dict[str, Any]] = mapped_column(JSONB)
    after: Mapped[dict[str, Any]] = mapped_column(JSONB)
    # The bulk edit or import that it was a part of.
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("bulk_edits.id"))
    # The entry that this one took back: nothing is taken back twice.
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("audit_entries.id"), unique=True)
