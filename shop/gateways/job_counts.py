"""How jobs went, counted in Redis: each runs in a process of its own, which is gone afterwards."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from redis import Redis

from shop.gateways.queue import Task

KEY = "job_counts"
# Seconds. Most jobs look whether there is something to do; RQ ends one after 180.
BUCKETS = (0.05, 0.25, 1.0, 5.0, 15.0, 60.0, 180.0)
DONE, FAILED = "done", "failed"


@dataclass
class JobCount:
    """Of one task. `took` has, for each bucket, how many runs were in it, and the last one those
    that were longer than all."""

    done: int = 0
    failed: int = 0
    seconds: float = 0.0
    took: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    last_at: datetime | None = None
    last_seconds: float | None = None


class JobCounts:
    """RedisError while Redis is away."""

    def __init__(self, redis: Redis) -> None:
        self.redis = redis

    def note(self, task: str, *, failed: bool, seconds: float | None) -> None:
        """A run has ended; nobody knows how long one took that was killed."""
        name = task if task in set(Task) else "other"
        with self.redis.pipeline(transaction=False) as pipeline:
            pipeline.hincrby(KEY, f"{name}:{FAILED if failed else DONE}", 1)
            pipeline.hset(KEY, f"{name}:last_at", datetime.now(UTC).isoformat())
            if seconds is not None:
                pipeline.hincrbyfloat(KEY, f"{name}:seconds", round(seconds, 6))
                pipeline.hincrby(KEY, f"{name}:in:{_bucket(seconds)}", 1)
                pipeline.hset(KEY, f"{name}:last_seconds", round(seconds, 6))
            pipeline.execute()

    def all(self) -> dict[str, JobCount]:
        """Since Redis began to keep them, by the name of the task."""
        counts: dict[str, JobCount] = defaultdict(JobCount)
        stored: Any = self.redis.hgetall(KEY)
        for key, value in stored.items():
            name, _, what = key.decode().partition(":")
            _read(counts[name], what, value.decode())
        return dict(counts)


def _bucket(seconds: float) -> int:
    return next((n for n, most in enumerate(BUCKETS) if seconds <= most), len(BUCKETS))


def _read(count: JobCount, what: str, value: str) -> None:
    kind, _, bucket = what.partition(":")
    if kind == "in" and int(bucket) < len(count.took):
        count.took[int(bucket)] = int(value)
    elif kind in (DONE, FAILED):
        setattr(count, kind, int(value))
    elif kind in ("seconds", "last_seconds"):
        setattr(count, kind, float(value))
    elif kind == "last_at":
        count.last_at = datetime.fromisoformat(value)
