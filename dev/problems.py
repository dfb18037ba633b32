"""What stops a command, said in one sentence to whoever typed it. Standard library only."""

from __future__ import annotations

import errno
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FULL = (errno.ENOSPC, errno.EDQUOT)
FULL_TEXT = ("No space left on device", "Disk quota exceeded", "Check free disk space")
FULL_BYTES = 16 << 20  # a step that fails with less than this left most likely failed for it


class Problem(Exception):
    """The message is a whole sentence that says what to do."""


@contextmanager
def told_plainly() -> Iterator[None]:
    """End the program with status 1 and a sentence instead of a traceback, where one is known."""
    try:
        yield
    except KeyboardInterrupt:
        raise SystemExit(130) from None  # what a shell expects of a program stopped by Ctrl-C
    except Problem as problem:
        _leave(str(problem))
    except OSError as error:
        if error.errno in FULL:
            _leave(full_disk(error.filename))
        if isinstance(error, PermissionError) and error.filename:
            _leave(f"{error.filename} cannot be used: it belongs to another user.")
        raise


def _leave(sentence: str) -> None:
    sys.stdout.flush()
    raise SystemExit(sentence)


def full_disk(place: Path | str | None) -> str:
    """The sentence for a full disk."""
    where = f" that holds {place}" if place else ""
    return f"The disk{where} is full: free some space and start again."


def is_full(folder: Path, output: str) -> bool:
    """Whether a step that wrote into `folder` and said `output` failed for want of space."""
    if any(text in output for text in FULL_TEXT):
        return True
    return folder.exists() and shutil.disk_usage(folder).free < FULL_BYTES


def tail(text: str, lines: int = 15) -> str:
    """The last lines, indented: what to show of a log under a sentence."""
    return "\n".join(f"  {line}" for line in text.rstrip().splitlines()[-lines:])


def tail_of(log: Path, lines: int = 15) -> str:
    """`tail` of a file; a log is read as text whatever is in it."""
    try:
        return tail(log.read_text(errors="replace"), lines)
    except FileNotFoundError:
        return ""
