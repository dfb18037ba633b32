"""Whether somebody opens at an address, without a word said."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

# Somebody waits for a page that tells whether it is there.
KNOCK_SECONDS = 2
USUAL_PORTS = {"http": 80, "https": 443, "smtp": 25, "smtps": 465}


def knock(url: str) -> None:
    """OSError where nobody opens in time."""
    parts = urlsplit(url)
    address = (parts.hostname or "localhost", parts.port or USUAL_PORTS[parts.scheme])
    socket.create_connection(address, timeout=KNOCK_SECONDS).close()
