"""Tokens of programs: short ones to ask with (JWT, RFC 7519), long ones to get the next pair.

A key is made from each secret key of the shop and named by `kid`. Tokens are signed with the
newest, and those of former keys are read as long as SECRET_KEY_FALLBACKS names them.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import jwt
from flask_babel import lazy_gettext as _l

from shop.errors import LoginRequired, NotFound
from shop.models import TokenFamily, User
from shop.models.columns import utcnow
from shop.repositories.base import Sessions
from shop.repositories.tokens import TokenFamilyRepository
from shop.repositories.users import UserRepository
from shop.services.base import EntityBaseService, retried

logger = logging.getLogger(__name__)

ALGORITHM = "HS256"
AUDIENCE = "colophon-api"
ACCESS_LIFE = timedelta(minutes=10)
# A login of a program ends after this, however often it was renewed.
FAMILY_LIFE = timedelta(days=30)
REQUIRED = ["exp", "iat", "iss", "aud", "sub", "sid"]
LONGEST_AGENT = 200


@dataclass(frozen=True)
class Pair:
    """`expires_in` is the life of the access token in seconds."""

    access_token: str
    refresh_token: str
    expires_in: int


class TokenService(EntityBaseService[TokenFamily]):
    def __init__(
        self,
        session: Sessions,
        families: TokenFamilyRepository,
        users: UserRepository,
        keys: Sequence[str],
        issuer: str,
    ) -> None:
        """`keys` are the shop's secret keys; the last one signs, all are read."""
        super().__init__(session, families)
        self.families = families
        self.users = users
        self.keys = {_kid(key): _signing_key(key) for key in keys}
        self.newest = _kid(keys[-1])
        self.issuer = issuer

    @retried
    def open(self, user: User, agent: str) -> Pair:
        """The first pair of a new login.

        LoginRequired when the password was changed, or the account closed, since it was checked.
        """
        secret, now, epoch = secrets.token_urlsafe(32), utcnow(), user.session_epoch
        family = TokenFamily(
            id=secrets.token_hex(16),
            user_id=user.id,
            secret_hash=_hash(secret),
            agent=agent[:LONGEST_AGENT],
            expires_at=now + FAMILY_LIFE,
        )
        with self.transaction():
            locked = self.users.locked(user.id)
            if not locked.active or locked.session_epoch != epoch:
                raise _refused()
            self.families.add(family)
        return self._pair(user.id, family.id, secret, now)

    @retried
    def renew(self, refresh_token: str) -> Pair:
        """The next pair, in place of the one before; LoginRequired for a token that is no good.

        A token that was renewed already closes its whole family: two have it, and one is a thief.
        """
        family_id, secret = self._opened(refresh_token)
        now, renewed = utcnow(), secrets.token_urlsafe(32)
        with self.transaction():
            family = self.families.locked(family_id)
            good = family is not None and self._renew(family, secret, renewed, now)
        if family is None or not good:
            raise _refused()
        return self._pair(family.user_id, family.id, renewed, now)

    def person(self, access_token: str) -> User:
        """Whose token it is; LoginRequired when it is spoilt, too old or its login is over."""
        claims = self._claims(access_token)
        with self.transaction():
            family = self.families.find(str(claims["sid"]))
            if family is None or not family.is_open(utcnow()):
                raise _refused()
            user = self.users.get(family.user_id)
        if not user.active or str(user.id) != claims["sub"]:
            raise _refused()
        return user

    def family_of(self, access_token: str) -> str:
        """The login that a good access token belongs to."""
        return str(self._claims(access_token)["sid"])

    def list(self, user: User) -> Sequence[TokenFamily]:
        """The open logins of programs of this account."""
        with self.transaction():
            return self.families.open_of(user.id, utcnow())

    @retried
    def close(self, user: User, family_id: str) -> None:
        """End a login of one's own; NotFound when there is none."""
        with self.transaction():
            family = self.families.locked(family_id)
            if family is None or family.user_id != user.id:
                raise NotFound()
            family.close(utcnow())

    def drop_old(self) -> int:
        """Forget logins that have been over for a while; answers how many."""
        with self.transaction():
            return self.families.drop_before(utcnow() - FAMILY_LIFE)

    def _renew(self, family: TokenFamily, secret: str, renewed: str, now: datetime) -> bool:
        """Whether this was the newest token of an open login, which has another one now."""
        if not family.is_open(now) or not self.users.get(family.user_id).active:
            return False
        if not hmac.compare_digest(family.secret_hash, _hash(secret)):
            logger.warning(
                "a refresh token came again: its login is closed",
                extra={"user_id": family.user_id},
            )
            family.close(now)
            return False
        family.renew(_hash(renewed), now)
        return True

    def _pair(self, user_id: int, family_id: str, secret: str, now: datetime) -> Pair:
        claims = {
            "iss": self.issuer,
            "aud": AUDIENCE,
            "sub": str(user_id),
            "sid": family_id,
            "iat": now,
            "exp": now + ACCESS_LIFE,
        }
        key = self.keys[self.newest]
        access = jwt.encode(claims, key, algorithm=ALGORITHM, headers={"kid": self.newest})
        signed = f"{family_id}.{secret}"
        refresh = f"{signed}.{_mac(key, signed)}"
        return Pair(access, refresh, int(ACCESS_LIFE.total_seconds()))

    def _opened(self, refresh_token: str) -> tuple[str, str]:
        """Family and secret of a token that the shop has made; LoginRequired for any other.

        What nobody was ever given must not close a login, though its id stands in access tokens.
        """
        signed, _, mac = refresh_token.rpartition(".")
        good = [
            hmac.compare_digest(_mac(key, signed).encode(), mac.encode("utf-8", "replace"))
            for key in self.keys.values()
        ]
        family_id, _, secret = signed.partition(".")
        if not any(good) or not secret:
            raise _refused()
        return family_id, secret

    def _claims(self, access_token: str) -> dict[str, object]:
        """What the token says, after its signature, its time and whom it is for were checked.

        The algorithm is ours, whatever the token's head says of it.
        """
        try:
            key = self.keys[jwt.get_unverified_header(access_token).get("kid", "")]
            return dict(
                jwt.decode(
                    access_token,
                    key,
                    algorithms=[ALGORITHM],
                    audience=AUDIENCE,
                    issuer=self.issuer,
                    options={"require": REQUIRED},
                )
            )
        except (jwt.InvalidTokenError, KeyError, TypeError):
            raise _refused() from None


def _kid(key: str) -> str:
    return hashlib.sha256(f"kid {key}".encode()).hexdigest()[:12]


def _signing_key(key: str) -> bytes:
    """For tokens alone: what signs cookies signs nothing else."""
    return hmac.new(key.encode(), b"access tokens", hashlib.sha256).digest()


def _mac(key: bytes, text: str) -> str:
    return hmac.new(key, b"refresh " + text.encode("utf-8", "replace"), "sha256").hexdigest()[:32]


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _refused() -> LoginRequired:
    return LoginRequired(_l("This token is not good, or not any more. Log in again."))
