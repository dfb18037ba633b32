"""A program of the shop that outlives its Redis: it begins anew when that is back."""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Callable

from redis import ConnectionError as RedisGone
from redis import TimeoutError as RedisSilent

logger = logging.getLogger(__name__)

PAUSE = 2.0  # seconds


class Stay:
    """Runs a program again and again, until somebody has asked it to stop.

    The program says so with `end()`. What it raises then, or whether it returns, does not tell:
    RQ bids Redis farewell on its way out, and returns as well when Redis was away for a moment.
    """

    def __init__(self) -> None:
        self.is_over = False

    def end(self) -> None:
        self.is_over = True

    def through(self, run: Callable[[], None]) -> None:
        """Call `run`; until `end()` was called, again after a pause."""
        while True:
            try:
                run()
            except (RedisGone, RedisSilent) as trouble:
                logger.warning("Redis is gone: %s", trouble)
            if self.is_over:
                return
            logger.warning("beginning anew in %s s", PAUSE)
            # What `run` has set asks it to stop, and it does not run now.
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            time.sleep(PAUSE)
