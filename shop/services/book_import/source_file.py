"""A file that somebody gave, to be read again and again: by its path, or kept until it is done."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any


class Unreadable(Exception):
    """The file as a whole cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class SourceFile:
    """`name` is what people know it by."""

    path: Path
    name: str
    # Holds a temporary copy on disk; it goes with this.
    _copy: Any = field(default=None, repr=False, compare=False)

    @classmethod
    def of(cls, file: Path | IO[bytes], name: str | None = None) -> SourceFile:
        """A file on disk as it is; of what was sent, a copy, which two readers can go through."""
        if isinstance(file, Path):
            return cls(file, name or file.name)
        # Its end is that of this object.
        copy = tempfile.NamedTemporaryFile(prefix="source-")  # noqa: SIM115
        shutil.copyfileobj(file, copy)
        copy.flush()
        return cls(Path(copy.name), name or "", copy)

    def beginning(self, length: int) -> bytes:
        with self.path.open("rb") as file:
            return file.read(length)
