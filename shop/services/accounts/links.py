"""The addresses that accounts get by mail: each carries a signed token, good for one thing.

A token holds a stamp of what it is going to change, so it is spent when that has changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from flask_babel import lazy_gettext as _l
from itsdangerous import BadData, URLSafeTimedSerializer

from shop.errors import Invalid
from shop.models import User

CONFIRM, RESET, MOVE = "confirm", "reset", "move"
LIVES = {CONFIRM: timedelta(days=7), RESET: timedelta(hours=1), MOVE: timedelta(days=1)}


class AccountLinks:
    """`keys` sign the tokens: the last one signs, all of them are read."""

    def __init__(self, keys: Sequence[str], public_url: str, default_locale: str) -> None:
        self.keys = list(keys)
        self.public_url = public_url
        self.default_locale = default_locale

    def confirm(self, user: User) -> str:
        return self._link(user.locale, "/account/confirm", CONFIRM, [user.id, user.email])

    def reset(self, user: User) -> str:
        return self._link(user.locale, "/password/reset", RESET, [user.id, _stamp(user)])

    def move(self, user: User, email: str) -> str:
        given = [user.id, _stamp(user), email]
        return self._link(user.locale, "/account/email/confirm", MOVE, given)

    def page(self, locale: str, path: str) -> str:
        """A page of the shop in this language, for a mail."""
        prefix = "" if locale == self.default_locale else f"/{locale}"
        return f"{self.public_url}{prefix}{path}"

    def confirmed(self, token: str) -> tuple[int, str]:
        """Account and address of a link that confirms; Invalid when it is spoilt or too old."""
        user_id, email = self._read(CONFIRM, token, int, str)
        return user_id, email

    def reset_of(self, token: str) -> tuple[int, str]:
        """Account and stamp of a link that sets a password."""
        user_id, stamp = self._read(RESET, token, int, str)
        return user_id, stamp

    def moved(self, token: str) -> tuple[int, str, str]:
        """Account, stamp and new address of a link that moves there."""
        user_id, stamp, email = self._read(MOVE, token, int, str, str)
        return user_id, stamp, email

    def stamp(self, user: User) -> str:
        """Another one when the password, the address or the sessions have changed."""
        return _stamp(user)

    def is_of(self, user: User, stamp: str) -> bool:
        """Whether nothing has changed since the token was made."""
        return user.active and stamp == _stamp(user)

    def _read(self, purpose: str, token: str, *types: type) -> list[Any]:
        try:
            life = int(LIVES[purpose].total_seconds())
            found = self._serializer(purpose).loads(token, max_age=life)
        except BadData:
            raise spent() from None
        if len(found) != len(types) or not all(map(isinstance, found, types)):
            raise spent()
        return list(found)

    def _link(self, locale: str, path: str, purpose: str, holds: list[Any]) -> str:
        token = self._serializer(purpose).dumps(holds)
        return f"{self.page(locale, path)}?{urlencode({'token': token})}"

    def _serializer(self, purpose: str) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.keys, salt=f"account-{purpose}")


def spent() -> Invalid:
    return Invalid(_l("This link is not good any more. Ask for a new one."))


def _stamp(user: User) -> str:
    """Another one when the password, the address or the sessions have changed."""
    state = f"{user.password_hash} {user.email} {user.session_epoch}"
    return hashlib.sha256(state.encode()).hexdigest()[:16]
