"""The cable between the shop and a server: it can be cut, mended, and made to fall silent."""

from __future__ import annotations

import select
import socket
from contextlib import suppress
from threading import Event, Thread
from types import TracebackType
from typing import Self

HOST = "127.0.0.1"


class Wire:
    """Forwards what comes to `port` to a server on this machine."""

    def __init__(self, server_port: int) -> None:
        self.server_port = server_port
        self._carried: set[socket.socket] = set()
        self._both_ways = True
        self._flows = Event()
        self._flows.set()
        self._listener = socket.create_server((HOST, 0))
        self.port: int = self._listener.getsockname()[1]
        self._listen()

    def cut(self) -> None:
        """Connections end, new ones are refused; nobody else gets the port meanwhile."""
        # A thread that waits for a connection notices a shutdown, not a close.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        for end in list(self._carried):
            _shut(end)
        # What was held back goes nowhere now.
        self._flows.set()
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind((HOST, self.port))
        self._whole = False

    def silence(self, *, both_ways: bool = True) -> None:
        """Connections stay and new ones are taken, but nothing comes through; or nothing to the
        server, after which nothing comes back either."""
        self._both_ways = both_ways
        self._flows.clear()

    def mend(self) -> None:
        self._flows.set()
        if not self._whole:
            self._listener.listen()
            self._listen()

    def _listen(self) -> None:
        self._whole = True
        self._thread = Thread(target=self._accept, args=(self._listener,), daemon=True)
        self._thread.start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        with near, socket.create_connection((HOST, self.server_port)) as far:
            self._carried |= {near, far}
            with suppress(OSError):
                while self._forward(near, far):
                    pass
            self._carried -= {near, far}

    def _forward(self, near: socket.socket, far: socket.socket) -> bool:
        """Hand on what has come; False when one end is closed."""
        for source in select.select([near, far], [], [])[0]:
            data = source.recv(65536)
            if source is near or self._both_ways:
                self._flows.wait()
            if not data:
                return False
            (far if source is near else near).sendall(data)
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._whole:
            self.cut()
        self._listener.close()


def _shut(end: socket.socket) -> None:
    with suppress(OSError):  # closed already
        end.shutdown(socket.SHUT_RDWR)
