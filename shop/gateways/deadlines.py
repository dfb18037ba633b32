"""A call that is left alone when its time is over."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


class NoAnswer(Exception):
    """Nothing came back in time that could be read. The message says why."""


def within(seconds: float, call: Callable[[], T]) -> T:
    """What `call` returns or raises; NoAnswer when `seconds` have passed.

    A timeout of requests is for each read, so an answer that comes in drips, or a slow name
    server, can hold a call for much longer. So the call has a thread of its own, which is left
    alone when the time is over. What it does afterwards is not seen here; it ends when the
    other side closes or falls silent, and does not keep the process from ending.
    """
    outcome: Future[T] = Future()

    def run() -> None:
        try:
            outcome.set_result(call())
        except BaseException as error:
            outcome.set_exception(error)

    # The thread is in the same context as whoever waits: the same app, the same request.
    context = copy_context()
    thread = Thread(target=lambda: context.run(run), name="bounded-call", daemon=True)
    thread.start()
    thread.join(seconds)
    if not outcome.done():
        raise NoAnswer(f"no answer within {seconds:g} s")
    return outcome.result()
