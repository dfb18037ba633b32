"""Pictures in a folder of this machine."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from shop.gateways.files.keys import is_key
from shop.gateways.files.store import Stored
from shop.gateways.files.trouble import unavailable

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
READABLE = 0o644
PART = ".part"
# Nobody writes at one file for so long: whoever began it was killed.
MOST_WRITING = timedelta(days=1)


class LocalFiles:
    """Files in a folder that every process of the shop sees.

    What a killed process was writing is left as `*.part`, which nobody reads; `walk` takes it away
    where it comes upon it a day later.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, key: str, data: bytes) -> None:
        path = self._path(key)
        with _told():
            _make_folder(path.parent)
            _write(path, data)

    def read(self, key: str) -> bytes:
        path = self._path(key)
        with _told():
            return path.read_bytes()

    def has(self, key: str) -> bool:
        with _told():
            return is_key(key) and self._path(key).is_file()

    def delete(self, key: str) -> None:
        path = self._path(key)
        with _told():
            path.unlink(missing_ok=True)

    def walk(self, prefix: str = "") -> Iterator[Stored]:
        top = self.root / prefix.rpartition("/")[0]
        for folder, _, names in os.walk(top, onerror=_tell):
            for path in (Path(folder, name) for name in names):
                key = path.relative_to(self.root).as_posix()
                # One that goes while we walk was not there.
                with suppress(FileNotFoundError), _told():
                    if is_key(key) and key.startswith(prefix):
                        yield _stored(key, path.stat())
                    elif path.suffix == PART:
                        _tidy(path)

    def link(self, key: str) -> str | None:
        return None

    def _path(self, key: str) -> Path:
        """FileNotFoundError for what is no key: nothing outside the folder is ever named."""
        if not is_key(key):
            raise FileNotFoundError(key)
        return self.root / key


def _write(path: Path, data: bytes) -> None:
    number, name = tempfile.mkstemp(dir=path.parent, suffix=PART)
    try:
        with os.fdopen(number, "wb") as part:
            part.write(data)
            part.flush()
            os.fchmod(number, READABLE)
            os.fsync(number)
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise
    _sync(path.parent)


def _make_folder(folder: Path) -> None:
    """A new folder is as durable as what is put into it."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync(folder.parent)


def _sync(folder: Path) -> None:
    """After a power cut, a file whose folder was not written is not there."""
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _tidy(part: Path) -> None:
    age = datetime.now(UTC).timestamp() - part.stat().st_mtime
    if age > MOST_WRITING.total_seconds():
        part.unlink()


def _stored(key: str, found: os.stat_result) -> Stored:
    return Stored(key, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        _tell(error)


def _tell(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise unavailable("the local folder", error, full=error.errno in NO_ROOM) from error
