"""What an account is told by mail, put into the outbox in the transaction of what it tells."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from enum import StrEnum
from typing import Any

from shop.models import User
from shop.models.columns import utcnow
from shop.repositories.audit import AuditRepository
from shop.repositories.outbox import OutboxRepository
from shop.services.outbox import Topic


class Notice(StrEnum):
    """What is written; `templates/email/account` has a text for each."""

    CONFIRM = "confirm"
    ALREADY_REGISTERED = "already_registered"
    INVITED = "invited"
    RESET = "reset"
    NO_ACCOUNT = "no_account"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    MOVE = "move"
    MOVE_ASKED = "move_asked"
    MOVED = "moved"
    SECOND_FACTOR_ON = "second_factor_on"
    SECOND_FACTOR_OFF = "second_factor_off"
    KEY_MADE = "key_made"
    DELETED = "deleted"


# How often the same is written at most.
MINUTE, TEN_MINUTES, HOUR = timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1)
# What has happened to an account is on record beside what staff did to it.
RECORDED = {
    Notice.PASSWORD_CHANGED: "change_password",
    Notice.MOVED: "change_email",
    Notice.SECOND_FACTOR_ON: "second_factor_on",
    Notice.SECOND_FACTOR_OFF: "second_factor_off",
    Notice.KEY_MADE: "make_key",
}


class Notices:
    def __init__(self, outbox: OutboxRepository, audit: AuditRepository) -> None:
        self.outbox = outbox
        self.audit = audit

    def tell(
        self,
        notice: Notice,
        user: User,
        *,
        once_in: timedelta = MINUTE,
        email: str | None = None,
        stamp: str | None = None,
    ) -> None:
        """Write to the account, or to `email` in its place.

        With `stamp` nothing is written once the account has another one: a link must not be made
        for what was asked for before the password was changed.
        """
        given: dict[str, Any] = {"email": email, "stamp": stamp}
        self.outbox.put(
            Topic.ACCOUNT_MAIL,
            _key(notice, f"{user.id}{_digest(email)}", once_in),
            name=notice,
            user_id=user.id,
            locale=user.locale,
            **{name: value for name, value in given.items() if value is not None},
        )
        if notice in RECORDED:
            self.audit.note(user, "user", user.id, RECORDED[notice], {}, {})

    def tell_stranger(self, notice: Notice, email: str, locale: str) -> None:
        """Write to an address that has no account."""
        key = _key(notice, _digest(email), HOUR)
        self.outbox.put(Topic.ACCOUNT_MAIL, key, name=notice, email=email, locale=locale)


def _key(notice: Notice, whom: str, once_in: timedelta) -> str:
    """The same for as long: the second of two messages with one key is not written."""
    number = int(utcnow().timestamp() // once_in.total_seconds())
    return f"account-{notice}-{whom}-{int(once_in.total_seconds())}x{number}"


def _digest(email: str | None) -> str:
    return "" if email is None else f"-{hashlib.sha256(email.encode()).hexdigest()[:24]}"
