"""Stopping in order, whatever the signal."""

from __future__ import annotations

import signal
from types import FrameType

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def stop_in_order() -> None:
    """Ctrl-C, SIGTERM and a closed terminal raise KeyboardInterrupt, once.

    What comes after the first is ignored, so that nothing interrupts the tidying up: each
    part of that has a deadline.
    """

    def stop(_number: int, _frame: FrameType | None) -> None:
        for number in STOPS:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in STOPS:
        # A shell starts background jobs with SIGINT ignored, yet one sent to us is meant. A
        # SIGHUP ignored is nohup's doing, and is meant too.
        if number is signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN:
            continue
        signal.signal(number, stop)
