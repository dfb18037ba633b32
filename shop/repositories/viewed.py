"""The books that a visitor has looked at, in Redis: ids, the latest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from redis import Redis

# What is looked at again within this time stays; after it nothing is known any more.
LIFE = timedelta(days=30)
MOST = 12


class ViewedRepository:
    """Kept under a name that stands for nobody: the visitor's cookie, and no account."""

    def __init__(self, redis: Redis) -> None:
        self.redis = redis

    def look_at(self, visitor_id: str, book_id: int) -> Sequence[int]:
        """Put the book in front; the others that were looked at before it."""
        key = self._key(visitor_id)
        with self.redis.pipeline() as pipe:
            pipe.lrem(key, 0, str(book_id))
            pipe.lpush(key, book_id)
            # The one at hand is not among the MOST that are shown beside it.
            pipe.ltrim(key, 0, MOST)
            pipe.expire(key, LIFE)
            pipe.lrange(key, 1, MOST)
            *_, ids = pipe.execute()
        return [int(each) for each in ids]

    def seen(self, visitor_id: str) -> Sequence[int]:
        ids: Any = self.redis.lrange(self._key(visitor_id), 0, MOST - 1)
        return [int(each) for each in ids]

    def forget(self, visitor_id: str) -> None:
        self.redis.delete(self._key(visitor_id))

    @staticmethod
    def _key(visitor_id: str) -> str:
        return f"viewed:{visitor_id}"
