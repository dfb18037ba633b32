"""Only one shop runs from a folder: a lock that ends with the process that holds it."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import IO


class AlreadyRunning(Exception):
    """Another process holds the lock. The message is what it wrote there, its address."""


def hold(lock: Path, address: str) -> IO[str]:
    """Take the lock until the returned file is closed; AlreadyRunning when it is taken."""
    file = lock.open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        holder = file.read().strip()
        file.close()
        raise AlreadyRunning(holder) from None
    file.truncate(0)
    file.write(address)
    file.flush()
    return file
