"""Waiting for what is away: pauses that grow, and one sentence when it goes and when it is back."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Iterator

from prometheus_client import Gauge

logger = logging.getLogger(__name__)

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
up = Gauge("log_consumer_part_up", "Whether a part answers: 1, or 0", ["part"])


def pauses() -> Iterator[float]:
    """Seconds: each about twice the one before, by chance shorter, so that many do not agree."""
    longest = FIRST_PAUSE
    while True:
        yield longest * random.uniform(0.5, 1.0)  # noqa: S311
        longest = min(longest * 2, LONGEST_PAUSE)


class Part:
    """Something that may be away. It is said once that it is, and once that it is back."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.since: float | None = None
        self._pauses = pauses()

    def away(self, why: object) -> float:
        """It did not answer; returns the seconds to wait until it is asked again."""
        if self.since is None:
            self.since = time.monotonic()
            up.labels(self.name).set(0)
            logger.warning("%s is away: %s", self.name, why)
        else:
            logger.debug("%s is still away: %s", self.name, why)
        return next(self._pauses)

    def here(self) -> None:
        """It answered."""
        up.labels(self.name).set(1)
        if self.since is not None:
            logger.warning("%s is back after %.0f s", self.name, time.monotonic() - self.since)
            self.since = None
            self._pauses = pauses()
