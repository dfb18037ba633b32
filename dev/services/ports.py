"""Choosing a port on this machine."""

from __future__ import annotations

import secrets
import socket
from pathlib import Path

HOST = "127.0.0.1"
LOWEST, HIGHEST = 15_000, 32_000


def is_free(port: int) -> bool:
    """Whether a server could listen there. Connections of the last one that linger do not count."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def free_port() -> int:
    """One that nobody uses now. Somebody may take it before its server does.

    Not one of those that systems give to outgoing connections: one of these could have it while
    the server is down for a moment.
    """
    while not is_free(port := LOWEST + secrets.randbelow(HIGHEST - LOWEST)):
        pass
    return port


def kept_port(file: Path) -> int:
    """The port written in `file`, or a new one, written there, when that is taken or none is.

    What was saved with an address in it (a bookmark, a link to pay) then works after a restart.
    """
    if file.exists() and (text := file.read_text().strip()).isdecimal() and is_free(int(text)):
        return int(text)
    port = free_port()
    file.write_text(f"{port}\n")
    return port
