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


def staying(run: Callable[[], None]) -> None:
    """Call `run` until it ends by itself; where Redis is gone, again after a pause."""
    while True:
        try:
            run()
        except (RedisGone, RedisSilent) as trouble:
            logger.warning("Redis is gone, beginning anew in %s s: %s", PAUSE, trouble)
        else:
            return
        # What `run` had set only asks it to stop, and it does not run now.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        time.sleep(PAUSE)
