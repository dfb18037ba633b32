"""The second factor: codes of a telephone (TOTP, RFC 6238), and on paper for when it is lost."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence

import pyotp
from flask_babel import lazy_gettext as _l

from shop.errors import Conflict, FieldError, Invalid, NotFound
from shop.models import User
from shop.models.columns import utcnow
from shop.repositories.base import Sessions
from shop.repositories.tokens import (
    ApiKeyRepository,
    RecoveryCodeRepository,
    TokenFamilyRepository,
)
from shop.repositories.users import UserRepository
from shop.services.accounts.notices import Notice, Notices
from shop.services.accounts.passwords import Passwords
from shop.services.base import EntityBaseService, retried

STEP_SECONDS = 30
# Clocks of telephones are off by a little: the code before and the one after are taken too.
WINDOW = (0, -1, 1)
CODES = 10
# Without what is mistaken for something else: 49 bits in ten of them.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


class SecondFactorService(EntityBaseService[User]):
    def __init__(
        self,
        session: Sessions,
        users: UserRepository,
        codes: RecoveryCodeRepository,
        families: TokenFamilyRepository,
        keys: ApiKeyRepository,
        notices: Notices,
        passwords: Passwords,
        shop_name: str,
    ) -> None:
        super().__init__(session, users)
        self.users = users
        self.codes = codes
        self.families = families
        self.keys = keys
        self.notices = notices
        self.passwords = passwords
        self.shop_name = shop_name

    @staticmethod
    def new_secret() -> str:
        """160 bits in Base32, as RFC 4226 asks for."""
        return pyotp.random_base32()

    def address(self, user: User, secret: str) -> str:
        """What a telephone reads from the picture: an otpauth:// address."""
        return pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=self.shop_name)

    @retried
    def turn_on(self, user: User, password: str, secret: str, code: str) -> Sequence[str]:
        """Ask for codes from now on, since `code` shows that the telephone has the secret.

        Answers the recovery codes, which are shown this once and kept as digests. All that was
        open or made without a code is over: sessions, logins of programs, keys.
        """
        verified = self.passwords.require(user, password)
        step = _step(secret, code, after=None)
        if step is None:
            raise _wrong()
        codes = [_new_code() for _ in range(CODES)]
        with self.transaction():
            user = self.users.locked(user.id)
            self.passwords.recheck(user, verified)
            if user.has_second_factor:
                raise Conflict(_l("The second factor is on already."))
            user.totp_secret, user.totp_last_step = secret, step
            user.end_sessions()
            self.families.close_all(user.id, utcnow())
            self.keys.revoke_all(user.id, utcnow())
            self.codes.put(user.id, [_digest(user.id, each) for each in codes])
            self.notices.tell(Notice.SECOND_FACTOR_ON, user)
        return codes

    @retried
    def turn_off(self, user: User, password: str) -> None:
        verified = self.passwords.require(user, password)
        with self.transaction():
            user = self.users.locked(user.id)
            self.passwords.recheck(user, verified)
            self._turn_off(user)

    @retried
    def reset(self, email: str) -> User:
        """Turn it off for somebody who has lost telephone and paper. NotFound for no account.

        For whoever runs the machine, and has made sure who asks.
        """
        with self.transaction():
            user = self.users.by_email(email)
            if user is None:
                raise NotFound(_l("There is no such account."))
            user = self.users.locked(user.id)
            self._turn_off(user)
            return user

    def _turn_off(self, user: User) -> None:
        user.totp_secret = user.totp_last_step = None
        self.codes.drop(user.id)
        self.notices.tell(Notice.SECOND_FACTOR_OFF, user)

    @retried
    def new_codes(self, user: User, password: str) -> Sequence[str]:
        """Other recovery codes in place of those there were."""
        verified = self.passwords.require(user, password)
        codes = [_new_code() for _ in range(CODES)]
        with self.transaction():
            user = self.users.locked(user.id)
            self.passwords.recheck(user, verified)
            if not user.has_second_factor:
                raise Conflict(_l("Turn the second factor on first."))
            self.codes.put(user.id, [_digest(user.id, each) for each in codes])
        return codes

    def codes_left(self, user: User) -> int:
        with self.transaction():
            return self.codes.count(user.id)

    @retried
    def check(self, user_id: int, code: str) -> User:
        """Whose login this code completes; Invalid when it is none. A code is good once."""
        plain = "".join(code.split()).replace("-", "").upper()
        with self.transaction():
            user = self.users.locked(user_id)
            step = _step(user.totp_secret, plain, after=user.totp_last_step)
            if user.active and step is not None:
                self.users.note_step(user.id, step)
                return user
            if user.active and self.codes.use(user.id, _digest(user.id, plain)):
                return user
        raise _wrong()


def _step(secret: str | None, code: str, *, after: int | None) -> int | None:
    """The 30 seconds whose code this is, unless it was used; None when it is of none."""
    if not secret or not (code.isascii() and code.isdigit()):
        return None
    now = int(utcnow().timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    for step in (now + offset for offset in WINDOW):
        fresh = after is None or step > after
        if fresh and secrets.compare_digest(totp.at(step * STEP_SECONDS), code):
            return step
    return None


def _new_code() -> str:
    letters = "".join(secrets.choice(ALPHABET) for _ in range(10))
    return f"{letters[:5]}-{letters[5:]}"


def _digest(user_id: int, code: str) -> str:
    plain = code.replace("-", "").upper()
    return hashlib.sha256(f"{user_id} {plain}".encode()).hexdigest()


def _wrong() -> Invalid:
    message = _l("This code is not right, or was used before. Take the next one.")
    return Invalid(message, (FieldError("code", message, "wrong"),))
