"""What must happen outside the database because of a change in it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from shop.extensions import Base
from shop.models.columns import Id, Instant, utcnow

# A try that has not said how it ended by then was killed, and is tried again.
LEASE = timedelta(minutes=2)
LONGEST_PAUSE = timedelta(hours=1)


class OutboxMessage(Base):
    """One thing to do, done at least once. `topic` names the handler, `payload` its arguments."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_due", "available_at", postgresql_where=text("delivered_at IS NULL")),
    )

    id: Mapped[Id]
    topic: Mapped[str] = mapped_column(String(80))
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    # Two messages with one key are the same message: the second is not written.
    dedupe_key: Mapped[str] = mapped_column(String(200), unique=True)
    created_at: Mapped[Instant] = mapped_column(default=utcnow)
    available_at: Mapped[Instant] = mapped_column(default=utcnow)
    delivered_at: Mapped[Instant | None]
    attempts: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    last_error: Mapped[str | None] = mapped_column(Text)

    def claim(self, now: datetime) -> None:
        """Take it for one try; nobody else gets it until the lease is over."""
        self.attempts += 1
        self.available_at = now + LEASE

    def mark_delivered(self, now: datetime) -> None:
        self.delivered_at = now
        self.last_error = None
        # Whom it was written to is nobody's business any more.
        self.payload = {name: value for name, value in self.payload.items() if name != "email"}

    def give_up(self, now: datetime, error: str) -> None:
        """Not to be tried again; the error stays to be read."""
        self.mark_delivered(now)
        self.last_error = error[:2000]

    def mark_failed(
        self, now: datetime, error: str, longest_pause: timedelta = LONGEST_PAUSE
    ) -> None:
        """Try again after a pause that doubles with each failure, up to the longest."""
        pause = min(timedelta(seconds=2 ** min(self.attempts, 12)), longest_pause)
        self.available_at = now + pause
        self.last_error = error[:2000]
