"""One file of log records, a line each, whose lock says that somebody looks after it."""

from __future__ import annotations

import fcntl
import json
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

from shop.logging import LEVELS, Written


class OneFile:
    """Held by a lock that ends with the process. What was sent of it is remembered in memory: who
    takes it over sends all of it again, which is no harm."""

    def __init__(self, path: Path, number: int) -> None:
        self.path = path
        self._number = number
        self._sent = 0  # bytes

    @classmethod
    def held(cls, path: Path, *, new: bool) -> Self | None:
        """None where somebody else holds it or owns it, or where it is gone or no file."""
        flags = os.O_RDWR | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK
        flags |= os.O_CREAT | os.O_EXCL if new else 0
        try:
            number = os.open(path, flags, 0o600)
        except OSError:
            if new:
                raise
            return None
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(number)
            return None
        found = os.fstat(number)
        ours = found.st_uid == os.getuid() and stat.S_ISREG(found.st_mode)
        if not ours or not found.st_nlink:  # or deleted by whoever held it until now
            os.close(number)
            return None
        return cls(path, number)

    @property
    def size(self) -> int:
        return os.fstat(self._number).st_size

    def add(self, records: Iterable[Written]) -> None:
        """Written to the disk itself when this returns: a machine that stops loses none of them.

        OSError where there is no room; then none of them is there.
        """
        data = memoryview("".join(f"{record.line}\n" for record in records).encode())
        before = self.size
        try:
            while data:
                data = data[os.write(self._number, data) :]
            os.fdatasync(self._number)
        except OSError:
            os.ftruncate(self._number, before)
            raise

    def parts(self, most: int) -> Iterator[Sequence[Written]]:
        """What was not sent yet, so many lines at a time. Going on to the next says that a part is
        sent."""
        for lines in self._lines(most):
            yield _all(lines)
            self._sent += sum(map(len, lines))

    def rest(self) -> list[Written]:
        """All that was not sent yet; it stays so."""
        return [record for lines in self._lines(1000) for record in _all(lines)]

    def _lines(self, most: int) -> Iterator[list[bytes]]:
        with os.fdopen(os.dup(self._number), "rb") as file:
            file.seek(self._sent)
            while lines := [line for line in (file.readline() for _ in range(most)) if line]:
                yield lines

    def delete(self) -> None:
        self.path.unlink(missing_ok=True)
        self.let_go()

    def let_go(self) -> None:
        """Leave it to others. In a fork, it stays its parent's."""
        # A fork may come between a close and what its parent remembers of it.
        with suppress(OSError):
            os.close(self._number)


def _all(lines: Iterable[bytes]) -> list[Written]:
    """Half a line, which a crash leaves, is left out."""
    return [record for line in lines if (record := _read(line))]


def _read(line: bytes) -> Written | None:
    try:
        record = json.loads(line)
        found = Written(record["id"], record["level"], line.decode().rstrip("\n"))
    except (ValueError, KeyError, TypeError):
        return None
    return found if found.level in LEVELS else None
