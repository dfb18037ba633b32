"""What the consumer counts, and the port where it tells it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from prometheus_client import Counter, Gauge, Histogram, make_wsgi_app

logger = logging.getLogger(__name__)

messages = Counter("log_consumer_messages", "Messages that are done with")
stored = Counter("log_consumer_records_stored", "Records that are new in the store")
repeated = Counter("log_consumer_records_repeated", "Records that were in the store already")
dead = Counter("log_consumer_dead_letters", "What went to the queue of the dead", ["code"])
writing = Histogram("log_consumer_write_seconds", "Time for one write to the store")
behind = Gauge("log_consumer_behind_seconds", "Age of the newest record of the latest write")


class Pulse:
    """Whether the consumer goes round; it is felt from another thread."""

    # Seconds; a write to the store and what it takes to bury the dead are within.
    LONGEST = 120.0

    def __init__(self) -> None:
        self._latest = time.monotonic()

    def beat(self) -> None:
        self._latest = time.monotonic()

    @property
    def alive(self) -> bool:
        return time.monotonic() - self._latest < self.LONGEST


StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


def application(pulse: Pulse) -> Application:
    """`/healthz`, and metrics at `/metrics`."""
    metrics = make_wsgi_app()

    def answer(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") == "/metrics":
            exposed: Iterable[bytes] = metrics(environ, start_response)
            return exposed
        found = environ.get("PATH_INFO") == "/healthz"
        alive = "200 OK" if pulse.alive else "503 Service Unavailable"
        start_response(alive if found else "404 Not Found", [("Content-Type", "text/plain")])
        return [b"alive" if found and pulse.alive else b"not alive" if found else b"not found"]

    return answer


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """A scrape every few seconds is no news."""


@contextmanager
def served(port: int, pulse: Pulse) -> Iterator[None]:
    """The application on this port of every address meanwhile; with port 0, nothing."""
    if not port:
        yield
        return
    with make_server("", port, application(pulse), handler_class=_Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, name="metrics", daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
