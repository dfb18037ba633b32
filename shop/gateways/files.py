"""Where pictures are kept. A key is `<first two letters>/<sha-256>.<ending>`: it never changes."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from shop.config import MediaStore
from shop.errors import FilesUnavailable

KEY = re.compile(
    r"^([0-9a-f]{2}/[0-9a-f]{64}\.(webp|jpg|png|avif)"
    r"|sizes/[0-9a-f]{2}/[0-9a-f]{32}/[0-9]{1,5}\.(avif|webp|jpg))$"
)


@dataclass(frozen=True)
class Stored:
    """A file that a store has. Its size is bytes."""

    key: str
    size: int
    changed_at: datetime


class FileStore(Protocol):
    """Keeps bytes under keys; FileNotFoundError for a key that is not there. What is not there
    may be deleted again."""

    def put(self, key: str, data: bytes) -> None: ...

    def read(self, key: str) -> bytes: ...

    def has(self, key: str) -> bool: ...

    def delete(self, key: str) -> None: ...

    def walk(self, prefix: str = "") -> Iterator[Stored]:
        """All files whose keys begin so."""

    def link(self, key: str) -> str | None:
        """Where a browser is sent on to; None where the shop answers with the bytes itself."""


class FileStores:
    """The stores that are configured, by name; new files go to `home`."""

    def __init__(self, home: MediaStore, stores: Mapping[MediaStore, FileStore]) -> None:
        self.home = home
        self.stores = stores

    def __iter__(self) -> Iterator[MediaStore]:
        return iter(self.stores)

    def __getitem__(self, name: MediaStore) -> FileStore:
        if name not in self.stores:
            raise FilesUnavailable(f"a picture is kept in {name}, which is not configured")
        return self.stores[name]


def keep(store: FileStore, files: Mapping[str, bytes]) -> None:
    """Put those of these files that are not there."""
    for key, data in files.items():
        if not store.has(key):
            store.put(key, data)


def content_key(data: bytes, ending: str) -> str:
    """The key of these bytes: the same bytes are one file."""
    digest = hashlib.sha256(data).hexdigest()
    return f"{digest[:2]}/{digest}.{ending}"


class LocalFiles:
    """Files in a folder of this machine."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, key: str, data: bytes) -> None:
        """Write whole or not at all: a reader never sees half a file."""
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as part:
            part.write(data)
            part.flush()
            os.fsync(part.fileno())
        os.chmod(part.name, 0o644)
        os.replace(part.name, path)

    def read(self, key: str) -> bytes:
        return self._path(key).read_bytes()

    def has(self, key: str) -> bool:
        return self._path(key).is_file()

    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def walk(self, prefix: str = "") -> Iterator[Stored]:
        for path in sorted(self.root.rglob("*")):
            key = path.relative_to(self.root).as_posix()
            if key.startswith(prefix) and KEY.match(key):
                found = path.stat()
                yield Stored(key, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))

    def link(self, key: str) -> str | None:
        return None

    def _path(self, key: str) -> Path:
        if not KEY.match(key):
            raise FileNotFoundError(key)
        return self.root / key
