"""Personal keys for machines: each does what its scopes say, for its owner."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from flask_babel import lazy_gettext as _l

from shop.errors import Conflict, FieldError, Forbidden, Invalid, LoginRequired
from shop.models import ApiKey, Permission, User
from shop.models.columns import utcnow
from shop.repositories.base import Sessions
from shop.repositories.tokens import ApiKeyRepository
from shop.repositories.users import UserRepository
from shop.services.accounts.notices import Notice, Notices
from shop.services.accounts.roles import checked_name
from shop.services.base import EntityBaseService, retried

# How a key begins, so that people and programs that look for leaked secrets know it.
MARK = "colophon_"
MOST = 20
# "Used" need not be truer than this.
NOTE_AFTER = timedelta(minutes=1)


class Scope(StrEnum):
    """What a key may do beside the permissions of staff that it names."""

    # See what is one's own: account, cart, orders.
    READ = "read"
    # Change what is one's own: fill the cart, order, pay.
    WRITE = "write"


SCOPES = (*Scope, *Permission)


@dataclass(frozen=True)
class NewKey:
    """`secret` is shown this once."""

    key: ApiKey
    secret: str


class ApiKeyService(EntityBaseService[ApiKey]):
    def __init__(
        self, session: Sessions, keys: ApiKeyRepository, users: UserRepository, notices: Notices
    ) -> None:
        super().__init__(session, keys)
        self.notices = notices
        self.keys = keys
        self.users = users

    def list(self, user: User) -> Sequence[ApiKey]:
        with self.transaction():
            return self.keys.of_user(user.id)

    @retried
    def make(
        self, user: User, name: str, scopes: Collection[str], expires_at: datetime | None
    ) -> NewKey:
        """Invalid for a poor name or scope, Forbidden for a permission that its owner lacks."""
        name, wanted = checked_name(name), _scopes(scopes)
        staff = [each for each in wanted if each not in set(Scope)]
        if not all(user.may(permission) for permission in staff):
            raise Forbidden(_l("A key cannot do what you may not."))
        if expires_at is not None and expires_at <= utcnow():
            message = _l("Choose a day that is still to come.")
            raise Invalid(message, (FieldError("expires_at", message),))
        prefix, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
        with self.transaction():
            self.users.locked(user.id)
            if len(self.keys.of_user(user.id)) >= MOST:
                raise Conflict(_l("You have twenty keys. Revoke one that is not used any more."))
            key = ApiKey(
                user_id=user.id,
                name=name,
                prefix=prefix,
                key_hash=_hash(secret),
                scopes=wanted,
                expires_at=expires_at,
            )
            self.keys.add(key)
            self.notices.tell(Notice.KEY_MADE, user)
        return NewKey(key, f"{MARK}{prefix}_{secret}")

    @retried
    def revoke(self, user: User, key_id: int) -> None:
        """NotFound for a key of somebody else."""
        with self.transaction():
            key = self.keys.of_owner(key_id, user.id)
            key.revoke(utcnow())

    def person(self, text: str) -> User:
        """Its owner, limited to the key's scopes; LoginRequired when it is no good key."""
        prefix, _, secret = text.removeprefix(MARK).partition("_")
        now = utcnow()
        with self.transaction():
            key = self.keys.by_prefix(prefix) if prefix.isalnum() else None
            good = key is not None and hmac.compare_digest(key.key_hash, _hash(secret))
            if key is None or not good or not key.is_good(now):
                raise _refused()
            user = self.users.get(key.user_id)
            if not user.active:
                raise _refused()
            if key.last_used_at is None or now - key.last_used_at > NOTE_AFTER:
                self.keys.used(key.id, now)
        user.scopes = frozenset(key.scopes)
        return user


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _scopes(scopes: Collection[str]) -> list[str]:
    wanted = [str(each) for each in SCOPES if each in scopes]
    if not wanted or len(wanted) < len(set(scopes)):
        message = _l("Choose what the key may do.")
        raise Invalid(message, (FieldError("scopes", message),))
    return wanted


def _refused() -> LoginRequired:
    return LoginRequired(_l("This key is not good, or not any more."))
