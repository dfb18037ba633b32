"""Answers to requests that came with an Idempotency-Key, in Redis, for a day."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import timedelta

from redis import Redis

LIFE = timedelta(days=1)
# A request that has not ended by then was killed with its process, and may be sent again.
LEASE = timedelta(minutes=2)


@dataclass(frozen=True)
class KeptAnswer:
    """What was answered. `fingerprint` is of the request; `status` is 0 while it runs."""

    fingerprint: str
    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""


class KeptAnswerRepository:
    def __init__(self, redis: Redis) -> None:
        self.redis = redis

    def begin(self, key: str, fingerprint: str) -> KeptAnswer | None:
        """Take the key; None where it is taken now, else what another request has left there."""
        value = json.dumps(asdict(KeptAnswer(fingerprint)))
        before = self.redis.set(self._name(key), value, nx=True, get=True, ex=LEASE)
        if before is None:
            return None
        kept = json.loads(str(before))
        return KeptAnswer(**{**kept, "headers": tuple((n, v) for n, v in kept["headers"])})

    def finish(self, key: str, answer: KeptAnswer) -> None:
        self.redis.set(self._name(key), json.dumps(asdict(answer)), ex=LIFE)

    def forget(self, key: str) -> None:
        self.redis.delete(self._name(key))

    @staticmethod
    def _name(key: str) -> str:
        return f"answer:{key}"
