"""What lets somebody in beside a password, kept as digests."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ARRAY, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from shop.extensions import Base
from shop.models.columns import Id, Instant, utcnow


class RecoveryCode(Base):
    """Lets somebody in once who has lost the telephone with the second factor."""

    __tablename__ = "recovery_codes"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    # SHA-256 of 49 random bits and the account's number.
    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)


class EndedSession(Base):
    """A session of the pages that was ended one by one, for when Redis cannot say so."""

    __tablename__ = "ended_sessions"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    ended_at: Mapped[Instant] = mapped_column(default=utcnow, index=True)


class TokenFamily(Base):
    """One login of a program: the refresh tokens that followed each other from it.

    Only the newest one is good. An older one that comes again was stolen, or its thief was faster:
    the family is closed, and whoever knows the password logs in anew.
    """

    __tablename__ = "token_families"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    # SHA-256 of the newest refresh token's secret.
    secret_hash: Mapped[str] = mapped_column(String(64))
    agent: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[Instant] = mapped_column(default=utcnow)
    refreshed_at: Mapped[Instant] = mapped_column(default=utcnow)
    expires_at: Mapped[Instant]
    closed_at: Mapped[Instant | None]

    def is_open(self, now: datetime) -> bool:
        return self.closed_at is None and now < self.expires_at

    def renew(self, secret_hash: str, now: datetime) -> None:
        self.secret_hash = secret_hash
        self.refreshed_at = now

    def close(self, now: datetime) -> None:
        self.closed_at = self.closed_at or now


class ApiKey(Base):
    """A key for a machine of its owner. It may do what its scopes say, and never more than they."""

    __tablename__ = "api_keys"

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    # The part that tells keys apart in a list, and by which they are found.
    prefix: Mapped[str] = mapped_column(String(16), unique=True)
    # SHA-256 of 256 random bits: a slow hash is for what people choose.
    key_hash: Mapped[str] = mapped_column(String(64))
    scopes: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    created_at: Mapped[Instant] = mapped_column(default=utcnow)
    expires_at: Mapped[Instant | None]
    last_used_at: Mapped[Instant | None]
    revoked_at: Mapped[Instant | None]

    def is_good(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    def revoke(self, now: datetime) -> None:
        self.revoked_at = self.revoked_at or now
