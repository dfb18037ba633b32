"""The shop as it is, but for one moment at which its process is killed.

`tests.faults.crashes.mortal:web()` is what gunicorn loads, `python -m tests.faults.crashes.mortal`
is a worker. A test writes the name of a point into the file that FATE names; the first process
that comes there renames it to `died` and sends itself SIGKILL. The next one goes on.
"""

from __future__ import annotations

import functools
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask

from jobs import worker
from shop.app import create_app
from tests.faults.crashes.points import AFTER, BEFORE, OF_PICTURES, POINTS, WEB, WORKER, Point

FATE = "FATE"
DIED = "died"


def web() -> Flask:
    _doom(WEB)
    return create_app()


def _doom(process: str) -> None:
    fate = Path(os.environ[FATE])
    for point in (*POINTS, *OF_PICTURES):
        if point.process == process:
            setattr(point.owner, point.method, _mortal(point, fate))


def _mortal(point: Point, fate: Path) -> Callable[..., Any]:
    method = getattr(point.owner, point.method)

    @functools.wraps(method)
    def mortal(*args: Any, **kwargs: Any) -> Any:
        if point.when == BEFORE:
            _die(point, fate)
        result = method(*args, **kwargs)
        if point.when == AFTER:
            _die(point, fate)
        return result

    return mortal


def _die(point: Point, fate: Path) -> None:
    try:
        if fate.read_text() != point.name:
            return
        died = fate.rename(fate.with_name(DIED))
    except FileNotFoundError:  # nobody's hour has come, or another thread was faster
        return
    os.utime(died)  # the file says when, too
    if point.process == WORKER:
        # A job runs in a fork of the worker: both go, as when a machine is taken away.
        os.kill(os.getppid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    _doom(WORKER)
    worker.main()
