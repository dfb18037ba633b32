"""Log records that wait on this machine while Redis is away: a file for each process."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from shop.logging import LEVELS, Written
from shop.logging.ids import new_id
from shop.repositories.log_spool.one_file import OneFile

ENDING = ".records"
AT_ONCE = 1000  # records

# Takes records over; what it raises says that it could not.
Send = Callable[[Sequence[Written]], None]


class LocalFiles:
    """`most_bytes` is how large the file of one process may become."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self.folder = folder
        self.most_bytes = most_bytes
        self._own: OneFile | None = None
        self._adopted: list[OneFile] = []

    @property
    def waiting(self) -> bool:
        return bool(self._own or self._adopted)

    def keep(self, records: Sequence[Written]) -> Mapping[str, int]:
        """Write them down; answers how many of each level had to go for it. OSError where nothing
        can be written."""
        own = self._own = self._own or self._new()
        dropped: Mapping[str, int] = {}
        needed = _size(records)
        if own.size + needed > self.most_bytes:
            own, dropped = self._shrunk(own, needed)
            self._own = own
        own.add(records)
        return dropped

    def adopt(self) -> None:
        """Take over files whose processes are gone. PermissionError where somebody else made the
        folder: what is in it is not ours to say."""
        if not self.folder.exists():
            return
        self._refuse_others()
        held = {file.path for file in (self._own, *self._adopted) if file}
        for path in sorted(self.folder.glob(f"*{ENDING}")):
            if path not in held and (file := OneFile.held(path, new=False)):
                self._adopted.append(file)

    def send(self, send: Send) -> None:
        """Hand over what waits, in its order, and delete it. What `send` raises ends this; the
        next time goes on from there."""
        while file := next(iter(self._adopted), self._own):
            for part in file.parts(AT_ONCE):
                send(part)
            file.delete()
            if file is self._own:
                self._own = None
            else:
                self._adopted.remove(file)

    def let_go(self) -> None:
        """Whoever comes next takes the files over; in a fork, they stay its parent's."""
        held = [file for file in (self._own, *self._adopted) if file is not None]
        self._own, self._adopted = None, []
        for file in held:
            file.let_go()

    def _new(self) -> OneFile:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._refuse_others()
        while True:
            # The name sorts by time. Whoever adopts files may be faster with the lock.
            file = OneFile.held(self.folder / f"{new_id()}{ENDING}", new=True)
            if file is not None:
                return file

    def _refuse_others(self) -> None:
        found = self.folder.lstat()
        if found.st_uid != os.getuid() or not stat.S_ISDIR(found.st_mode):
            raise PermissionError(f"{self.folder} is somebody else's")

    def _shrunk(self, old: OneFile, needed: int) -> tuple[OneFile, Mapping[str, int]]:
        """A new file with three quarters of what fits; the oldest of the least serious levels stay
        behind."""
        kept, dropped = _what_fits(old.rest(), self.most_bytes * 3 // 4 - needed)
        new = self._new()
        try:
            new.add(kept)
        except OSError:
            new.delete()
            raise
        old.delete()
        return new, dropped


def _size(records: Iterable[Written]) -> int:
    """In bytes."""
    return sum(len(record.line.encode()) + 1 for record in records)


def _what_fits(records: Sequence[Written], room: int) -> tuple[list[Written], Mapping[str, int]]:
    excess = _size(records) - room
    dropped: Counter[str] = Counter()
    gone: set[int] = set()
    for level in LEVELS:
        for place, record in enumerate(records):
            if excess <= 0:
                break
            if record.level == level:
                gone.add(place)
                dropped[level] += 1
                excess -= _size([record])
    return [each for place, each in enumerate(records) if place not in gone], dropped
