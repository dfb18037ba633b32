"""The spool of log records in Redis: one stream for each level, bounded in all.

Where it is full, the oldest of the least serious level go first; how many went is counted beside
it. All keys share one hash tag, so that each step is one script, on a cluster too.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from redis import Redis
from redis.commands.core import Script

from shop.logging import LEVELS, Written
from shop.repositories.log_spool.scripts import APPEND, LEASE, OLDEST

PREFIX = "logs:{spool}"
STREAMS = [f"{PREFIX}:{level}" for level in LEVELS]
DROPPED, TOLD = f"{PREFIX}:dropped", f"{PREFIX}:told"
HOLDER, TROUBLE, REST = f"{PREFIX}:lease", f"{PREFIX}:trouble", f"{PREFIX}:rest"
LEASE_SECONDS = 20  # longer than one batch takes; a holder that is killed is missed for so long


@dataclass(frozen=True)
class Batch:
    """Records as they wait: `ids` by stream are what Redis knows them by."""

    ids: Mapping[str, Sequence[str]]
    lines: Sequence[str]

    def __len__(self) -> int:
        return len(self.lines)


@dataclass(frozen=True)
class Standing:
    """How the spool is, by level. Times are in seconds since 1970; None where there is none.

    `dropped` counts from the beginning. `troubled_since` is when records began to stay here.
    """

    waiting: Mapping[str, int]
    dropped: Mapping[str, int]
    oldest_at: float | None
    troubled_since: float | None


class LogSpool:
    """`most` is how many records it may hold in all. The connection decodes what Redis answers."""

    def __init__(self, redis: Redis, most: int) -> None:
        self.redis = redis
        self.most = most
        self._append: Script = redis.register_script(APPEND)
        self._oldest: Script = redis.register_script(OLDEST)
        self._lease: Script = redis.register_script(LEASE)

    def append(self, records: Iterable[Written], dropped: Mapping[str, int]) -> None:
        """Add records, and to what is counted as dropped; what is too much then goes."""
        numbers = {level: number for number, level in enumerate(LEVELS, 1)}
        pairs = [part for record in records for part in (numbers[record.level], record.line)]
        before = [dropped.get(level, 0) for level in LEVELS]
        self._append(keys=[*STREAMS, DROPPED], args=[self.most, *before, *pairs])

    def oldest(self, most: int, most_bytes: int) -> Batch:
        """The most serious ones first, of each level the oldest first; they stay here."""
        rows: Any = self._oldest(keys=STREAMS, args=[most, most_bytes])
        ids: dict[str, list[str]] = {}
        for number, entry_id, _ in rows:
            ids.setdefault(STREAMS[number - 1], []).append(entry_id)
        return Batch(ids, [line for _, _, line in rows])

    def remove(self, batch: Batch) -> None:
        """These very records leave."""
        with self.redis.pipeline(transaction=True) as pipeline:
            for stream, ids in batch.ids.items():
                pipeline.xdel(stream, *ids)
            pipeline.execute()

    def standing(self) -> Standing:
        with self.redis.pipeline(transaction=False) as pipeline:
            for stream in STREAMS:
                pipeline.xlen(stream)
                pipeline.xrange(stream, count=1)
            pipeline.hgetall(DROPPED)
            pipeline.hget(TROUBLE, "since")
            *of_streams, dropped, since = pipeline.execute()
        firsts = [entries[0][0] for entries in of_streams[1::2] if entries]
        return Standing(
            waiting=dict(zip(LEVELS, of_streams[::2], strict=True)),
            dropped=_by_level(dropped),
            oldest_at=min((int(each.split("-")[0]) / 1000 for each in firsts), default=None),
            troubled_since=float(since) if since else None,
        )

    def __len__(self) -> int:
        return sum(self.standing().waiting.values())

    # -- who ships, and how that goes -------------------------------------------------------

    def take_lease(self) -> str | None:
        """What the one who ships keeps it by; None while somebody else has it."""
        mine = secrets.token_hex(8)
        return mine if self.redis.set(HOLDER, mine, nx=True, ex=LEASE_SECONDS) else None

    def renew_lease(self, mine: str) -> bool:
        """Whether it is still ours; it lasts as long again."""
        return bool(self._lease(keys=[HOLDER], args=[mine, LEASE_SECONDS * 1000]))

    def end_lease(self, mine: str) -> None:
        self._lease(keys=[HOLDER], args=[mine, 0])

    def begin_trouble(self, rest: Sequence[int]) -> bool:
        """Note that records stay here, and rest: for the first so many seconds of `rest` after the
        first failure, and so on. Answers whether this is the first."""
        first = bool(self.redis.hsetnx(TROUBLE, "since", str(time.time())))
        tries: Any = self.redis.hincrby(TROUBLE, "tries", 1)
        self.redis.set(REST, "1", ex=rest[min(int(tries), len(rest)) - 1])
        return first

    def end_trouble(self) -> float | None:
        """Records leave again; answers for how many seconds they did not, None where they did."""
        since: Any = self.redis.hget(TROUBLE, "since")
        if not self.redis.delete(TROUBLE, REST) or not since:
            return None
        return time.time() - float(since)

    def rests(self) -> bool:
        """Whether it is too early for another try."""
        return bool(self.redis.exists(REST))

    def untold(self) -> Mapping[str, int]:
        """How many were dropped, by level, since this was asked last."""
        dropped: Any = self.redis.hgetall(DROPPED)
        told: Any = self.redis.hgetall(TOLD)
        new = {level: int(dropped.get(level, 0)) - int(told.get(level, 0)) for level in LEVELS}
        new = {level: number for level, number in new.items() if number > 0}
        if new:
            self.redis.hset(TOLD, mapping={level: dropped[level] for level in new})
        return new


def _by_level(counts: Mapping[str, str]) -> dict[str, int]:
    return {level: int(counts.get(level, 0)) for level in LEVELS}
