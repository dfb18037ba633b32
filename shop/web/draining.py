"""Leaving a proxy before stopping.

A process that is to stop is asked for pages until its proxy knows, and what comes in while it stops
is lost: the kernel goes on to take connections that nobody will answer. So `/readyz` says first
that we leave, while everything is served as before; see gunicorn.conf.py.
"""

from __future__ import annotations

import mmap

# Shared with the processes that are forked later; it is 1 once we leave.
_leaving = mmap.mmap(-1, 1)


def leave() -> None:
    _leaving[0] = 1


def is_leaving() -> bool:
    return _leaving[0] == 1
