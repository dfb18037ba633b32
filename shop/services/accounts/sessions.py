"""Sessions of people who are logged in on the pages: opened, listed, ended."""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shop.errors import NotFound, Unavailable
from shop.models import User
from shop.models.columns import utcnow
from shop.repositories.base import Sessions
from shop.repositories.sessions import SessionRepository, StoredSession
from shop.repositories.users import UserRepository
from shop.services.base import EntityBaseService, retried
from shop.services.storage_errors import translated

logger = logging.getLogger(__name__)

# Staff see what customers do not; whoever leaves a desk alone overnight is logged out.
STAFF_IDLE = timedelta(hours=12)
# "Seen" need not be truer than this, and a page then costs one read.
TOUCH_AFTER = timedelta(minutes=1)
LONGEST_AGENT = 200


@dataclass(frozen=True)
class Handle:
    """What the cookie holds: whose session, of which epoch of the account, and its secret."""

    user_id: int
    epoch: int
    secret: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.secret.encode()).hexdigest()

    def __str__(self) -> str:
        return f"{self.user_id}.{self.epoch}.{self.secret}"

    @classmethod
    def parse(cls, text: str) -> Handle | None:
        user_id, _, rest = text.partition(".")
        epoch, _, secret = rest.partition(".")
        numbers = user_id.isascii() and user_id.isdigit() and epoch.isascii() and epoch.isdigit()
        return cls(int(user_id), int(epoch), secret) if numbers and secret else None


class SessionService(EntityBaseService[User]):
    """A cookie alone opens nothing: its session has to be in Redis and of the account's epoch.

    While Redis does not answer, the epoch decides alone, so that staff go on working and customers
    see their orders; who was logged out everywhere stays out even then.
    """

    def __init__(
        self, session: Sessions, users: UserRepository, sessions: SessionRepository
    ) -> None:
        super().__init__(session, users)
        self.users = users
        self.sessions = sessions

    def open(self, user: User, address: str, agent: str) -> str:
        """A new session of this account; what its cookie has to hold."""
        handle = Handle(user.id, user.session_epoch, secrets.token_urlsafe(32))
        now = utcnow()
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

    def close(self, text: str) -> None:
        """End this session; where Redis does not answer, it ends when its cookie is gone."""
        handle = Handle.parse(text)
        if handle is None:
            return
        try:
            with translated():
                self.sessions.close(handle.user_id, [handle.digest])
        except Unavailable:
            logger.warning("a session could not be closed: its cookie is taken away")

    def close_one(self, user: User, digest: str) -> None:
        """End another session of one's own; NotFound when there is none."""
        with translated():
            stored = self.sessions.read(digest)
            if stored is None or stored.user_id != user.id:
                raise NotFound()
            self.sessions.close(user.id, [digest])

    @retried
    def close_all(self, user_id: int) -> User:
        """End every session of an account, whether Redis answers or not."""
        with self.transaction():
            user = self.users.locked(user_id)
            user.end_sessions()
        self.forget(user_id)
        return user

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
            logger.warning("a session is taken for open: Redis does not answer")
            return True

    def _used(self, stored: StoredSession, user: User, now: datetime) -> bool:
        if user.is_staff and now - stored.seen_at > STAFF_IDLE:
            self.sessions.close(user.id, [stored.digest])
            return False
        if now - stored.seen_at > TOUCH_AFTER:
            self.sessions.touch(stored, now)
        return True
