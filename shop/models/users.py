"""People with an account: customers and staff."""

from __future__ import annotations

from datetime import date, datetime

from flask_login import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.extensions import Base
from shop.models.columns import Id, Instant, utcnow
from shop.models.roles import Permission, Role

# No password has this hash.
NO_HASH = "!"
# Staff find an account by any part of one of these.
SOUGHT = ("email", "first_name", "last_name")


class User(UserMixin, Base):  # type: ignore[misc]
    """An account. `email` is kept in lower case, so that it is unique as people mean it."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_lower"),
        CheckConstraint("deleted_at IS NULL OR NOT active", name="deleted_is_closed"),
        Index(
            "ix_users_names",
            *SOUGHT,
            postgresql_using="gin",
            postgresql_ops=dict.fromkeys(SOUGHT, "gin_trgm_ops"),
        ),
    )

    id: Mapped[Id]
    email: Mapped[str] = mapped_column(String(254), unique=True)
    # When its owner opened the link that was sent there; None until then.
    email_confirmed_at: Mapped[Instant | None]
    password_hash: Mapped[str] = mapped_column(String(200))
    first_name: Mapped[str] = mapped_column(String(100), default="")
    last_name: Mapped[str] = mapped_column(String(100), default="")
    birth_date: Mapped[date | None]
    # In which the shop writes to them: "en", "ru".
    locale: Mapped[str] = mapped_column(String(2), default="en", server_default="en")
    role_id: Mapped[int] = mapped_column(ForeignKey("roles.id"), index=True)
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    created_at: Mapped[Instant] = mapped_column(default=utcnow)
    deleted_at: Mapped[Instant | None]
    # Sessions that were opened under another number are over.
    session_epoch: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    # Base32 of the second factor, and the 30-second step whose code was used last (RFC 6238).
    totp_secret: Mapped[str | None] = mapped_column(String(64))
    totp_last_step: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    role: Mapped[Role] = relationship(lazy="joined", innerjoin=True)

    __mapper_args__ = {"version_id_col": version}

    # Of this request, not of the account: how somebody came, and what a key is limited to.
    __allow_unmapped__ = True
    session_id: str | None = None
    scopes: frozenset[str] | None = None

    def get_id(self) -> str:
        """What the cookie holds: the session, where there is one."""
        return self.session_id or str(self.id)

    @property
    def is_active(self) -> bool:
        return self.active

    @property
    def is_staff(self) -> bool:
        return bool(self.role.grants)

    @property
    def has_second_factor(self) -> bool:
        return self.totp_secret is not None

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email

    def may(self, permission: Permission | str) -> bool:
        """Whether the role allows it and, for somebody who came by an API key, the key too."""
        within = self.scopes is None or permission in self.scopes
        return self.active and within and permission in self.role.grants

    def end_sessions(self) -> None:
        """All that is open anywhere is over."""
        self.session_epoch += 1

    def confirm_email(self, now: datetime) -> None:
        self.email_confirmed_at = self.email_confirmed_at or now

    def move_to(self, email: str, now: datetime) -> None:
        """Another address, whose owner has opened the link that was sent there."""
        self.email = email
        self.email_confirmed_at = now

    def erase(self, now: datetime) -> None:
        """Nothing of the person stays; the row does, for what staff did under it."""
        self.email = f"deleted-{self.id}@deleted.invalid"
        self.email_confirmed_at = None
        self.password_hash = NO_HASH
        self.first_name = self.last_name = ""
        self.birth_date = None
        self.totp_secret = self.totp_last_step = None
        self.active = False
        self.deleted_at = now
        self.end_sessions()
