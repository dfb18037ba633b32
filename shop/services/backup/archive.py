"""The file of a backup: a tar of small parts, written from front to back without ever going back.

`tables/NAME/00001.copy.gz` and so on, `pictures/STORE/KEY`, `manifest.json`, `manifest.sha256`.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from pydantic import BaseModel, ValidationError

from shop.gateways.files import content_key
from shop.services.backup.manifest import FORMAT, Manifest, Part, TableRecord, Tell
from shop.services.backup.problems import Damaged

MANIFEST, SEAL = "manifest.json", "manifest.sha256"
TABLES, PICTURES = "tables/", "pictures/"
# Text of a table in one part, in bytes: it is in memory as a whole.
PART_SIZE = 8 * 2**20
# Fifteen times as quick as the smallest there is, and a fifth larger.
COMPRESSION = 3


class ArchiveWriter:
    """Writes to `out`, which may be a pipe."""

    def __init__(self, out: BinaryIO, made_at: datetime) -> None:
        # Closed by `close`, and left open where something went wrong: half a tar has no end.
        self._tar = tarfile.open(  # noqa: SIM115
            fileobj=out, mode="w|", format=tarfile.PAX_FORMAT
        )
        self._made_at = int(made_at.timestamp())

    def add(self, name: str, data: bytes) -> Part:
        header = tarfile.TarInfo(name)
        header.size, header.mtime, header.mode = len(data), self._made_at, 0o600
        self._tar.addfile(header, io.BytesIO(data))
        _forget(self._tar)
        return Part(name=name, size=len(data), sha256=_sum(data))

    def add_lines(self, table: str, lines: Iterator[bytes]) -> list[Part]:
        """Rows of a table, in as many parts as that takes."""
        parts: list[Part] = []
        for number, text in enumerate(_gathered(lines), start=1):
            data = gzip.compress(text, COMPRESSION, mtime=self._made_at)
            parts.append(self.add(f"{TABLES}{table}/{number:05d}.copy.gz", data))
        return parts

    def close(self, manifest: Manifest) -> None:
        data = manifest.model_dump_json(indent=1).encode()
        self.add(MANIFEST, data)
        self.add(SEAL, f"{_sum(data)}  {MANIFEST}\n".encode())
        self._tar.close()


@dataclass(frozen=True)
class Picture:
    store: str
    key: str
    data: bytes


class ArchiveReader:
    """Reads a file that it can go about in."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        # Where the parts of tables begin, in bytes.
        self._places: dict[str, int] = {}

    def verified(self, tell: Tell) -> Manifest:
        """Look at each byte; Damaged when one is not what was written."""
        found: dict[str, Part] = {}
        pictures, pages = 0, {MANIFEST: b"", SEAL: b""}
        for done, (header, data) in enumerate(self._files(), start=1):
            name = header.name
            if name.startswith(PICTURES):
                _check_picture(name, data)
                pictures += 1
            elif name in pages:
                pages[name] = data
            else:
                found[name] = Part(name=name, size=len(data), sha256=_sum(data))
                self._places[name] = header.offset_data
            tell("parts looked at", done)
        manifest = _manifest(pages)
        _compare(manifest, found)
        if pictures != (manifest.pictures.count if manifest.pictures else 0):
            raise Damaged("The backup is not whole: pictures are missing.")
        return manifest

    def texts(self, table: TableRecord) -> Iterator[bytes]:
        """The lines of a table, part by part. It has to be verified."""
        for part in table.parts:
            self._file.seek(self._places[part.name])
            yield _unpacked(part.name, self._file.read(part.size))

    def pictures(self) -> Iterator[Picture]:
        for header, data in self._files(PICTURES):
            store, _, key = header.name.removeprefix(PICTURES).partition("/")
            yield Picture(store, key, data)

    def _files(self, prefix: str = "") -> Iterator[tuple[tarfile.TarInfo, bytes]]:
        self._file.seek(0)
        try:
            with tarfile.open(fileobj=self._file, mode="r:") as tar:
                while (header := tar.next()) is not None:
                    if header.name.startswith(prefix):
                        content = tar.extractfile(header)
                        yield header, content.read() if content else b""
                    _forget(tar)
        except (tarfile.TarError, EOFError) as error:
            raise Damaged(f"This is no backup, or it breaks off: {error}.") from error


class _Format(BaseModel):
    """What can be read of any manifest, whatever comes after this version's."""

    format: int


def _manifest(pages: dict[str, bytes]) -> Manifest:
    if not all(pages.values()):
        raise Damaged("The backup is not whole: its end is missing.")
    if pages[SEAL].decode(errors="replace").split()[:1] != [_sum(pages[MANIFEST])]:
        raise Damaged(f"{MANIFEST} of the backup is damaged.")
    try:
        number = _Format.model_validate_json(pages[MANIFEST]).format
        if number > FORMAT:
            raise Damaged(
                f"The backup has format {number}, and this version of the shop reads up to "
                f"{FORMAT}: restore it with the version that made it, or a newer one."
            )
        return Manifest.model_validate_json(pages[MANIFEST])
    except ValidationError as error:
        raise Damaged(f"{MANIFEST} of the backup cannot be read.") from error


def _compare(manifest: Manifest, found: dict[str, Part]) -> None:
    told = {part.name: part for table in manifest.tables for part in table.parts}
    for name in sorted(told.keys() | found.keys()):
        if name not in found:
            raise Damaged(f"The backup is not whole: {name} is missing.")
        if told.get(name) != found[name]:
            raise Damaged(f"{name} of the backup is damaged.")


def _check_picture(name: str, data: bytes) -> None:
    """An original is named by its own SHA-256."""
    key, ending = name.split("/", 2)[-1], name.rpartition(".")[2]
    if key != content_key(data, ending):
        raise Damaged(f"{name} of the backup is damaged.")


def _unpacked(name: str, data: bytes) -> bytes:
    try:
        return gzip.decompress(data)
    except (EOFError, OSError, zlib.error) as error:
        raise Damaged(f"{name} of the backup is damaged.") from error


def _forget(tar: tarfile.TarFile) -> None:
    """It would remember every file that it has ever seen."""
    tar.members.clear()  # type: ignore[attr-defined]


def _gathered(lines: Iterator[bytes]) -> Iterator[bytes]:
    text = bytearray()
    for line in lines:
        text += line
        if len(text) >= PART_SIZE:
            yield bytes(text)
            text.clear()
    if text:
        yield bytes(text)


def _sum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
