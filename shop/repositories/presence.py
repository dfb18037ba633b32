"""Who has a page open, in Redis: known for as long as the page says so."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from redis import Redis

from shop.models.columns import utcnow

# Three times as long as a page waits before it says again that it is open.
LIFE = timedelta(seconds=45)


@dataclass(frozen=True)
class Onlooker:
    """Somebody who has the page open, and since when."""

    user_id: int
    name: str
    since: datetime


class PresenceRepository:
    def __init__(self, redis: Redis) -> None:
        self.redis = redis

    def look_in(self, place: str, user_id: int, name: str) -> Sequence[Onlooker]:
        """Say that this one is there, for LIFE; answers who else is, the longest first."""
        everybody, mine = f"looking:{place}", self._key(place, user_id)
        arrived = json.dumps({"name": name, "since": utcnow().isoformat()})
        with self.redis.pipeline() as pipe:
            pipe.set(mine, arrived, nx=True, ex=LIFE)
            pipe.expire(mine, LIFE)
            pipe.sadd(everybody, str(user_id))
            pipe.expire(everybody, LIFE)
            pipe.smembers(everybody)
            *_, ids = pipe.execute()
        others = sorted(int(each) for each in ids if int(each) != user_id)
        return sorted(self._there(place, others), key=lambda each: each.since)

    def _there(self, place: str, ids: Sequence[int]) -> list[Onlooker]:
        if not ids:
            return []
        found: Any = self.redis.mget([self._key(place, each) for each in ids])
        there = [
            (user_id, json.loads(kept)) for user_id, kept in zip(ids, found, strict=True) if kept
        ]
        return [
            Onlooker(user_id, kept["name"], datetime.fromisoformat(kept["since"]))
            for user_id, kept in there
        ]

    @staticmethod
    def _key(place: str, user_id: int) -> str:
        return f"looking:{place}:{user_id}"
