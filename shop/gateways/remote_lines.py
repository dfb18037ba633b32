"""Connections to servers whose names somebody else chose.

A name is resolved once, every address it has is checked, and the connection goes to that very
address: a name that means another address the next moment gains nothing by it.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from functools import cache
from ipaddress import ip_address
from threading import Thread, Timer
from time import monotonic

import certifi

from shop.gateways.public_addresses import OpenInternet

# Addresses of a name.
Resolver = Callable[[str, int], Sequence[str]]


class Unknown(Exception):
    """There is no server of this name."""


class Closed(Exception):
    """This server is not for us to reach."""


class Deadline:
    """A moment by which all must be done."""

    def __init__(self, seconds: float) -> None:
        self.moment = monotonic() + seconds

    @property
    def passed(self) -> bool:
        return monotonic() >= self.moment

    def left(self) -> float:
        """Seconds; TimeoutError when there are none."""
        if self.passed:
            raise TimeoutError
        return self.moment - monotonic()


def resolve(name: str, port: int) -> list[str]:
    """Ask the system; OSError when it knows none."""
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(place[0]) for *_, place in found))


@cache
def trusted() -> ssl.SSLContext:
    """Whom browsers trust, and whom this machine trusts beside."""
    context = ssl.create_default_context(cafile=certifi.where())
    context.load_default_certs()
    return context


class RemoteLines:
    """Opens connections within the reach that is given."""

    def __init__(self, reach: OpenInternet, resolver: Resolver, tls: ssl.SSLContext) -> None:
        self.reach = reach
        self.resolver = resolver
        self.tls = tls

    @contextmanager
    def open(
        self, name: str, port: int, *, secure: bool, deadline: Deadline
    ) -> Iterator[socket.socket]:
        """A connection, cut at the deadline whoever speaks then. Unknown, Closed or OSError
        (TimeoutError among them) when there is none."""
        addresses = self._addresses(name, port, deadline)
        with self._reached(addresses, port, deadline) as line, _cut_at(deadline, line):
            line.settimeout(deadline.left())
            if not secure:
                yield line
                return
            with self.tls.wrap_socket(line, server_hostname=name) as private:
                yield private

    def _addresses(self, name: str, port: int, deadline: Deadline) -> Sequence[str]:
        try:
            addresses = _answer_of(lambda: self.resolver(name, port), deadline)
        except TimeoutError:
            raise
        except (OSError, UnicodeError):
            raise Unknown from None
        if not addresses:
            raise Unknown
        if not all(self.reach.address(ip_address(address)) for address in addresses):
            raise Closed
        return addresses

    def _reached(self, addresses: Sequence[str], port: int, deadline: Deadline) -> socket.socket:
        """A connection to the first that answers."""
        for address in addresses[:-1]:
            with suppress(OSError):
                return socket.create_connection((address, port), deadline.left() / 2)
        return socket.create_connection((addresses[-1], port), deadline.left())


def _answer_of(ask: Callable[[], Sequence[str]], deadline: Deadline) -> Sequence[str]:
    """A name server may take longer than anybody waits; its thread is left alone then."""
    answer: Future[Sequence[str]] = Future()

    def run() -> None:
        try:
            answer.set_result(ask())
        except BaseException as error:
            answer.set_exception(error)

    Thread(target=run, name="name-server", daemon=True).start()
    return answer.result(deadline.left())


@contextmanager
def _cut_at(deadline: Deadline, line: socket.socket) -> Iterator[None]:
    """A timeout of a socket is for each read, and an answer may come in drips for ever."""
    other_end = line.dup()

    def cut() -> None:
        with suppress(OSError):
            other_end.shutdown(socket.SHUT_RDWR)

    timer = Timer(deadline.left(), cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        other_end.close()
