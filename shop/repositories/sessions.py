"""Who is logged in where, in Redis. Kept under a digest: what is stored opens nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from redis import Redis

# Whoever comes back within this time is still logged in.
LIFE = timedelta(days=30)
TOUCH = """
if redis.call('EXISTS', KEYS[1]) == 1 then
    redis.call('HSET', KEYS[1], 'seen_at', ARGV[1])
    redis.call('EXPIRE', KEYS[1], ARGV[2])
    redis.call('EXPIRE', KEYS[2], ARGV[2])
end
"""


@dataclass(frozen=True)
class StoredSession:
    """`digest` names it and cannot be used to log in; `address` and `agent` are of its login."""

    digest: str
    user_id: int
    opened_at: datetime
    seen_at: datetime
    address: str
    agent: str


class SessionRepository:
    def __init__(self, redis: Redis) -> None:
        self.redis = redis
        self._touch = redis.register_script(TOUCH)

    def open(self, session: StoredSession) -> None:
        key, of_user = self._key(session.digest), self._of_user(session.user_id)
        with self.redis.pipeline() as pipe:
            pipe.hset(
                key,
                mapping={
                    "user_id": session.user_id,
                    "opened_at": session.opened_at.timestamp(),
                    "seen_at": session.seen_at.timestamp(),
                    "address": session.address,
                    "agent": session.agent,
                },
            )
            pipe.expire(key, LIFE)
            pipe.sadd(of_user, session.digest)
            pipe.expire(of_user, LIFE)
            pipe.execute()

    def read(self, digest: str) -> StoredSession | None:
        found = self.redis.hgetall(self._key(digest))
        return _session(digest, found) if found else None

    def touch(self, session: StoredSession, now: datetime) -> None:
        """It was used. One that was closed meanwhile stays closed: a script looks and writes."""
        self._touch(
            keys=[self._key(session.digest), self._of_user(session.user_id)],
            args=[now.timestamp(), int(LIFE.total_seconds())],
        )

    def of_user(self, user_id: int) -> list[StoredSession]:
        """The open sessions of an account; what has run out is taken off its list."""
        digests = sorted(str(each) for each in self.redis.smembers(self._of_user(user_id)))
        with self.redis.pipeline() as pipe:
            for digest in digests:
                pipe.hgetall(self._key(digest))
            found = dict(zip(digests, pipe.execute(), strict=True)) if digests else {}
        if gone := [digest for digest, values in found.items() if not values]:
            self.redis.srem(self._of_user(user_id), *gone)
        return [_session(digest, values) for digest, values in found.items() if values]

    def close(self, user_id: int, digests: Iterable[str]) -> None:
        digests = list(digests)
        if digests:
            with self.redis.pipeline() as pipe:
                pipe.delete(*(self._key(digest) for digest in digests))
                pipe.srem(self._of_user(user_id), *digests)
                pipe.execute()

    @staticmethod
    def _key(digest: str) -> str:
        return f"session:{digest}"

    @staticmethod
    def _of_user(user_id: int) -> str:
        return f"sessions:{user_id}"


def _session(digest: str, values: dict[Any, Any]) -> StoredSession:
    return StoredSession(
        digest=digest,
        user_id=int(values["user_id"]),
        opened_at=datetime.fromtimestamp(float(values["opened_at"]), UTC),
        seen_at=datetime.fromtimestamp(float(values["seen_at"]), UTC),
        address=values["address"],
        agent=values["agent"],
    )
