"""The lines of a log that whoever runs the shop should see at once."""

from __future__ import annotations

import json
import re
from pathlib import Path

SERIOUS = ("ERROR", "CRITICAL")
PLAIN = re.compile(r"\[(ERROR|CRITICAL)\]|^Traceback|^\w+(\.\w+)*(Error|Exception): ")
MOST = 5  # lines of one look; a shop in trouble repeats itself
WIDTH = 300  # characters
LARGEST = 10 << 20  # bytes; a larger log is put aside at the next start


def open_log(log: Path) -> None:
    """Make sure that `log` can be written to and does not grow for ever."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LARGEST:
        log.replace(log.with_name(f"{log.name}.1"))


class LogWatch:
    """Reads what is added to a log from now on."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self._read = log.stat().st_size if log.exists() else 0

    def problems(self) -> list[str]:
        """The problems logged since the last look, shortened, at most MOST of them."""
        found = [said for line in self._new_lines() if (said := _problem(line))]
        if len(found) > MOST:
            return [*found[:MOST], f"... and {len(found) - MOST} more"]
        return found

    def _new_lines(self) -> list[str]:
        if not self.log.exists():
            return []
        with self.log.open("rb") as log:
            log.seek(self._read)
            whole, newline, _unfinished = log.read().rpartition(b"\n")
        self._read += len(whole) + len(newline)
        return whole.decode(errors="replace").splitlines()


def _problem(line: str) -> str | None:
    if line.startswith("{"):
        return _json_problem(line)
    return line[:WIDTH] if PLAIN.search(line) else None


def _json_problem(line: str) -> str | None:
    try:
        record = json.loads(line)
    except ValueError:
        return None
    if record.get("level") not in SERIOUS:
        return None
    traceback = str(record.get("traceback") or "").split("(Background on this error")[0]
    cause = traceback.strip().rpartition("\n")[2]
    return ": ".join(part for part in (str(record.get("message")), cause) if part)[:WIDTH]
