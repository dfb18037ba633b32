"""Sessions of people who are logged in on the pages: opened, listed, ended."""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shop.errors import NotFound, Unavailable
from shop.models import User
from shop.models.columns import utcnow
from shop.repositories.base import Sessions
from shop.repositories.ended_sessions import EndedSessionRepository
from shop.repositories.sessions import SessionRepository, StoredSession
from shop.repositories.tokens import TokenFamilyRepository
from shop.repositories.users import UserRepository
from shop.services.base import EntityBaseService, retried
from shop.services.storage_errors import translated

logger = logging.getLogger(__name__)

# Staff see what customers do not; whoever leaves a desk alone overnight is logged out.
STAFF_IDLE = timedelta(hours=12)
# "Seen" need not be truer than this, and a page then costs one read.
TOUCH_AFTER = timedelta(minutes=1)
# Of the cookie; after it nobody comes with a session any more.
COOKIE_LIFE = timedelta(days=31)
LONGEST_AGENT = 200


@dataclass(frozen=True)
class Handle:
    """What the cookie holds: whose session, of which epoch, when it was opened, and its secret.

    `opened` is in seconds since 1970.
    """

    user_id: int
    epoch: int
    opened: int
    secret: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.secret.encode()).hexdigest()

    def __str__(self) -> str:
        return f"{self.user_id}.{self.epoch}.{self.opened}.{self.secret}"

    @classmethod
    def parse(cls, text: str) -> Handle | None:
        *numbers, secret = text.split(".", 3)
        plain = all(number.isascii() and number.isdigit() for number in numbers)
        if len(numbers) != 3 or not plain or not secret:
            return None
        user_id, epoch, opened = map(int, numbers)
        return cls(user_id, epoch, opened, secret)

    @property
    def opened_at(self) -> datetime:
        return datetime.fromtimestamp(self.opened, UTC)


class SessionService(EntityBaseService[User]):
    """A cookie alone opens nothing: its session has to be in Redis and of the account's epoch.

    While Redis does not answer, PostgreSQL decides, so that staff go on working and customers see
    their orders: it knows the epoch and which sessions were ended. Staff who logged in longer ago
    than they may be idle log in anew then, for nobody can tell when they were last seen.
    """

    def __init__(
        self,
        session: Sessions,
        users: UserRepository,
        sessions: SessionRepository,
        ended: EndedSessionRepository,
        families: TokenFamilyRepository,
    ) -> None:
        super().__init__(session, users)
        self.users = users
        self.sessions = sessions
        self.ended = ended
        self.families = families

    def open(self, user: User, address: str, agent: str) -> str:
        """A new session of this account; what its cookie has to hold."""
        now = utcnow()
        secret = secrets.token_urlsafe(32)
        handle = Handle(user.id, user.session_epoch, int(now.timestamp()), secret)
        with translated():
            self.sessions.open(
                StoredSession(handle.digest, user.id, now, now, address, agent[:LONGEST_AGENT])
            )
        return str(handle)

    def person(self, text: str) -> User | None:
        """Whose session it is; None when it is nobody's, or over."""
        handle = Handle.parse(text)
        if handle is None:
            return None
        try:
            user = self.get(handle.user_id)
        except NotFound:
            return None
        if not user.active or user.session_epoch != handle.epoch:
            return None
        if not self._goes_on(handle, user):
            return None
        user.session_id = text
        return user

    def list(self, user: User) -> Sequence[StoredSession]:
        """The open ones, the latest used first."""
        with translated():
            found = self.sessions.of_user(user.id)
        return sorted(found, key=lambda each: each.seen_at, reverse=True)

    def is_this(self, user: User, stored: StoredSession) -> bool:
        """Whether it is the session that `user` came with."""
        handle = Handle.parse(user.session_id or "")
        return handle is not None and handle.digest == stored.digest

    @retried
    def close(self, text: str) -> None:
        """End this session, whether Redis answers or not."""
        handle = Handle.parse(text)
        if handle is None:
            return
        with self.transaction():
            self.ended.note(handle.digest)
        self._take_off(handle.user_id, handle.digest)

    def close_one(self, user: User, digest: str) -> None:
        """End another session of one's own; NotFound when there is none."""
        with translated():
            stored = self.sessions.read(digest)
        if stored is None or stored.user_id != user.id:
            raise NotFound()
        with self.transaction():
            self.ended.note(digest)
        self._take_off(user.id, digest)

    @retried
    def close_all(self, user_id: int) -> User:
        """End every session of an account, of programs too, whether Redis answers or not."""
        with self.transaction():
            user = self.users.locked(user_id)
            user.end_sessions()
            self.families.close_all(user_id, utcnow())
        self.forget(user_id)
        return user

    def drop_old(self) -> int:
        """Forget ended sessions whose cookies are gone; answers how many."""
        with self.transaction():
            return self.ended.drop_before(utcnow() - COOKIE_LIFE)

    def forget(self, user_id: int) -> None:
        """Take sessions that are over off the list."""
        try:
            with translated():
                known = self.sessions.of_user(user_id)
                self.sessions.close(user_id, [each.digest for each in known])
        except Unavailable:
            logger.warning("sessions that are over stay on the list for now")

    def _goes_on(self, handle: Handle, user: User) -> bool:
        try:
            with translated():
                stored = self.sessions.read(handle.digest)
                if stored is None or stored.user_id != user.id:
                    return False
                return self._used(stored, user, utcnow())
        except Unavailable:
            logger.warning("PostgreSQL alone knows of a session: Redis does not answer")
            return self._goes_on_without_redis(handle, user)

    def _goes_on_without_redis(self, handle: Handle, user: User) -> bool:
        if user.is_staff and utcnow() - handle.opened_at > STAFF_IDLE:
            return False
        with self.transaction():
            return not self.ended.has(handle.digest)

    def _take_off(self, user_id: int, digest: str) -> None:
        try:
            with translated():
                self.sessions.close(user_id, [digest])
        except Unavailable:
            logger.warning("a session that is over stays on the list for now")

    def _used(self, stored: StoredSession, user: User, now: datetime) -> bool:
        if user.is_staff and now - stored.seen_at > STAFF_IDLE:
            with self.transaction():
                self.ended.note(stored.digest)
            self.sessions.close(user.id, [stored.digest])
            return False
        if now - stored.seen_at > TOUCH_AFTER:
            self.sessions.touch(stored, now)
        return True
