"""Traces, where somebody wants them: what the shop says to them, and the nothing that hears it.

Whoever writes a record asks `current().trace_id()`; whoever enqueues a job gives it `carried()`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext

from flask import Flask
from sqlalchemy import Engine


class Tracing:
    """Nobody wants traces."""

    def watch(self, app: Flask, engines: Iterable[Engine]) -> None:
        """Trace the requests and statements of this app from now on."""

    def trace_id(self) -> str | None:
        """Of the trace that goes on here: 32 hexadecimal digits."""
        return None

    def carried(self) -> dict[str, str]:
        """What a job takes along, so that it belongs to the trace of who asked for it."""
        return {}

    def job(self, task: str, carried: Mapping[str, object]) -> AbstractContextManager[None]:
        """Inside, a job runs; an error that passes through is noted."""
        return nullcontext()

    def flush(self) -> None:
        """Send what is not sent yet: the process ends without a farewell."""


_current = Tracing()


def current() -> Tracing:
    return _current


def use(tracing: Tracing) -> None:
    """From now on, in this process and in those that it forks."""
    global _current
    _current = tracing
