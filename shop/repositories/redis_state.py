"""How Redis itself is: what it says of itself."""

from __future__ import annotations

import statistics
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

from redis import Redis
from redis.exceptions import ResponseError

PINGS = 5


@dataclass(frozen=True)
class RedisState:
    """`keeps` says whether it writes to a disk, None where it does not tell; `latency` is the
    middle one of a few answers, in seconds; `fullness` is from 0 to 1, None without a limit."""

    name: str
    version: str
    policy: str
    keeps: bool | None
    cluster: bool
    read_only: bool
    fullness: float | None
    latency: float


class RedisStateRepository:
    def __init__(self, redis: Redis) -> None:
        self.redis = redis

    def ask(self) -> RedisState:
        told = self.redis.info()
        most = int(told.get("maxmemory", 0))
        return RedisState(
            name=str(told.get("server_name", "redis")).title(),
            version=str(told.get("valkey_version") or told["redis_version"]),
            policy=str(told.get("maxmemory_policy", "")),
            keeps=bool(told.get("aof_enabled")) or self._saves(),
            cluster=bool(told.get("cluster_enabled")),
            read_only=told.get("role") == "slave",
            fullness=int(told["used_memory"]) / most if most else None,
            latency=statistics.median(self._ping() for _ in range(PINGS)),
        )

    def _ping(self) -> float:
        began = time.perf_counter()
        self.redis.ping()
        return time.perf_counter() - began

    def _saves(self) -> bool | None:
        """Hosts often do not let anybody ask."""
        with suppress(ResponseError):
            return bool(cast("dict[str, str]", self.redis.config_get("save")).get("save"))
        return None
