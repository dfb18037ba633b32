"""What an account is told by mail, put into the outbox in the transaction of what it tells."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from shop.models import User
from shop.models.columns import utcnow
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
    DELETED = "deleted"


# Nobody is written the same to more often than once in the time that the format tells apart.
MINUTE, HOUR = "%Y%m%d%H%M", "%Y%m%d%H"


class Notices:
    def __init__(self, outbox: OutboxRepository) -> None:
        self.outbox = outbox

    def tell(
        self, notice: Notice, user: User, *, once_in: str = MINUTE, email: str | None = None
    ) -> None:
        """Write to the account, or to `email` in its place."""
        given: dict[str, Any] = {} if email is None else {"email": email}
        self.outbox.put(
            Topic.ACCOUNT_MAIL,
            f"account-{notice}-{user.id}-{utcnow():{once_in}}",
            name=notice,
            user_id=user.id,
            **given,
        )

    def tell_stranger(self, notice: Notice, whom: str, email: str, locale: str) -> None:
        """Write to an address that has no account; `whom` stands for it in the key."""
        key = f"account-{notice}-{whom}-{utcnow():{HOUR}}"
        self.outbox.put(Topic.ACCOUNT_MAIL, key, name=notice, email=email, locale=locale)
