"""How many pages a second gunicorn answers with, asked over kept connections."""

from __future__ import annotations

import os
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from signal import SIGTERM

from dev.processes import dying_with_parent, end
from shop.config import Config

ROOT = Path(__file__).resolve().parents[2]
PROCESSES, CONNECTIONS = 2, 16
# Seconds that the clock runs, and those before it.
MEASURED, BEFORE = 5.0, 3.0
READY_SECONDS = 60
REQUEST = b"GET /books HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def pages_a_second(application: str, config: Config) -> float:
    """`/books` of a WSGI application, for a visitor without cookies."""
    with _served(application, config) as port:
        _ask(port, BEFORE)
        return _ask(port, MEASURED)


@contextmanager
def _served(application: str, config: Config) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        port = listener.getsockname()[1]
        command = [sys.executable, "-m", "gunicorn", application, "--workers", str(PROCESSES)]
        server = subprocess.Popen(
            [*command, "--bind", f"fd://{listener.fileno()}", "--log-level", "error"],
            cwd=ROOT,
            env={**os.environ, **environment_of(config)},
            pass_fds=[listener.fileno()],
            stdout=subprocess.DEVNULL,
            preexec_fn=dying_with_parent(SIGTERM),
        )
        try:
            with socket.create_connection(("127.0.0.1", port), READY_SECONDS) as first:
                first.sendall(REQUEST)
                first.recv(1)
            yield port
        finally:
            end(server, SIGTERM)


def environment_of(config: Config) -> Mapping[str, str]:
    """The variables that a process of this shop is started with."""
    given = config.model_dump(
        mode="json", exclude_defaults=True, exclude={"yookassa_webhook_senders"}
    )
    return {name.upper(): str(value) for name, value in given.items()}


def _ask(port: int, seconds: float) -> float:
    """One request after another on each connection; answers a second."""
    with selectors.DefaultSelector() as selector:
        waiting = [socket.create_connection(("127.0.0.1", port)) for _ in range(CONNECTIONS)]
        for connection in waiting:
            selector.register(connection, selectors.EVENT_READ, Answer(connection))
            connection.sendall(REQUEST)
        answers, began = 0, time.perf_counter()
        while time.perf_counter() - began < seconds:
            for key, _ in selector.select(timeout=1):
                answer: Answer = key.data
                if answer.is_whole():
                    answers += 1
                    answer.connection.sendall(REQUEST)
        taken = time.perf_counter() - began
        for connection in waiting:
            connection.close()
    return answers / taken


class Answer:
    """What came of one answer so far."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.received = b""

    def is_whole(self) -> bool:
        """Read what is there; whether the answer has come to its end."""
        some = self.connection.recv(1 << 20)
        if not some:
            raise ConnectionError("the server closed a connection")
        self.received += some
        head, found, body = self.received.partition(b"\r\n\r\n")
        if not found:
            return False
        if not head.startswith(b"HTTP/1.1 200"):
            raise ConnectionError(head.splitlines()[0].decode())
        if len(body) < _length(head):
            return False
        self.received = b""
        return True


def _length(head: bytes) -> int:
    for line in head.lower().splitlines():
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    raise ConnectionError("an answer without its length")
