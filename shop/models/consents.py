"""What people agreed to: which text, and when (Federal Law 152-FZ, article 9)."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from shop.extensions import Base
from shop.models.columns import Id, Instant, choice, utcnow


class ConsentKind(StrEnum):
    # To the processing of personal data.
    PERSONAL_DATA = "personal_data"


class Consent(Base):
    """One yes of one person. What was agreed to is kept after its text has changed."""

    __tablename__ = "consents"

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    kind: Mapped[ConsentKind] = mapped_column(choice(ConsentKind, "kind"))
    text_version: Mapped[str] = mapped_column(String(20))
    given_at: Mapped[Instant] = mapped_column(default=utcnow)
