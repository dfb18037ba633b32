"""Passwords: which are good enough, and how they are kept."""

from __future__ import annotations

from argon2 import PasswordHasher, profiles
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from flask_babel import lazy_gettext as _l
from zxcvbn import zxcvbn

from shop.errors import FieldError, Invalid, Stale
from shop.models import User

SHORTEST = 10
# Hashing takes longer with the length; nobody types more.
LONGEST = 200
# zxcvbn's time grows faster than the length, and what is easy is easy at its beginning.
LOOKED_AT = 64
# What a hash costs: what RFC 9106 wants of a machine with little memory.
COST = profiles.RFC_9106_LOW_MEMORY
# zxcvbn's scale of 0 to 4: below 2, a million guesses find it.
LEAST_SCORE = 2


class Passwords:
    """Argon2id, each hash as slow as COST says."""

    def __init__(self) -> None:
        self.hasher = PasswordHasher.from_parameters(COST)
        # Checked where there is no account, so that the answer takes as long as with one.
        self._nobody = self.hasher.hash("nobody has this password")

    def check(self, password: str, *known: str, field: str = "password") -> None:
        """Invalid for one that is short, or easily guessed by who knows these words of a person.

        zxcvbn has the passwords, names and words that are used most, and sees through dates, rows
        of keys and letters written as digits.
        """
        message: object | None = None
        if len(password) < SHORTEST:
            message = _l("A password needs at least ten characters.")
        elif len(password) > LONGEST:
            message = _l("A password has 200 characters at most.")
        elif self._is_easy(password, known):
            message = _l("This password is easily guessed. Take several words that do not belong.")
        if message is not None:
            raise Invalid(message, (FieldError(field, message),))

    def hash(self, password: str) -> str:
        return self.hasher.hash(password)

    def matches(self, password_hash: str | None, password: str) -> bool:
        """Whether it is the password; where there is none to match it takes as long.

        So nobody learns from the time that there is no account, or one without a password.
        """
        if len(password) > LONGEST:
            password = ""
        try:
            self.hasher.verify(password_hash or self._nobody, password)
        except VerifyMismatchError:
            return False
        except InvalidHashError:
            return self.matches(None, password)
        return password_hash is not None

    def is_outdated(self, password_hash: str) -> bool:
        """Whether it was made with weaker parameters than a hash is made with now."""
        return self.hasher.check_needs_rehash(password_hash)

    def require(self, user: User, password: str, field: str = "current_password") -> str:
        """Invalid unless it is theirs: before what whoever finds an open session must not do.

        Answers the hash that it was checked against, for `recheck` under a lock.
        """
        if not self.matches(user.password_hash, password):
            message = _l("This is not your password.")
            raise Invalid(message, (FieldError(field, message, "wrong"),))
        return user.password_hash

    @staticmethod
    def recheck(locked: User, verified: str) -> None:
        """Stale when the password was changed since: whoever knew the old one comes too late."""
        if locked.password_hash != verified:
            raise Stale()

    def _is_easy(self, password: str, known: tuple[str, ...]) -> bool:
        words = [part for text in known for part in (text, *text.split("@")) if part]
        found = zxcvbn(password[:LOOKED_AT], user_inputs=words)
        return int(found["score"]) < LEAST_SCORE
