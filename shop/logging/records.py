"""A log record as it travels: `LogRecord` of logs_consumer/log_batch.schema.json."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from shop.logging.context import noted
from shop.logging.ids import new_id
from shop.observing import tracing
from shop.observing.scrubbing import scrubbed

# The least serious first: what is dropped first where there is no room.
LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
LONGEST_MESSAGE, LONGEST_TRACEBACK, LONGEST_VALUE = 8000, 32000, 2000
MOST_EXTRA = 40
# Cut to this much more first: taking things out of megabytes would take its time.
SPARE = 1000
# What every program reads exactly.
LARGEST = 2**53 - 1
# Of a request, as a proxy may hand it on; anything else is not ours to log.
USABLE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
METHOD = re.compile(r"[A-Z]{1,16}")
USABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,59}")
# What the standard library puts into each of its own records.
ITS_OWN = {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"}


class Written(NamedTuple):
    """A record that is finished: its id, its level, and the line of JSON."""

    id: str
    level: str
    line: str


def _text(longest: int) -> Callable[[Any], str | None]:
    return lambda value: scrubbed(str(value)[: longest + SPARE])[:longest] or None


def _number(value: Any) -> float | None:
    return round(float(value), 1) if 0 <= float(value) <= LARGEST else None


# What else a record may tell, and how it is made fit; None leaves it out. How the shop itself calls
# its views and orders is looked through no further.
FACTS: Final[Mapping[str, Callable[[Any], object]]] = {
    "request_id": lambda value: value if USABLE_ID.fullmatch(str(value)) else None,
    "route": lambda value: str(value)[:200],
    "method": lambda value: value if METHOD.fullmatch(str(value)) else None,
    "status": lambda value: int(value) if 100 <= int(value) <= 599 else None,
    "duration_ms": _number,
    "user_id": lambda value: int(value) if 1 <= int(value) <= LARGEST else None,
    "order": lambda value: str(value)[:40] or None,
}


class RecordFormatter(logging.Formatter):
    """`service` is the program that writes: web, worker, clock or command."""

    def __init__(self, service: str, host: str) -> None:
        super().__init__()
        self.service = service
        self.host = host[:255] or "unknown"

    def format(self, record: logging.LogRecord) -> str:
        return self.written(record).line

    def written(self, record: logging.LogRecord) -> Written:
        fields = {
            "id": new_id(),
            "time": _time(record.created),
            "level": level_of(record.levelno),
            "logger": record.name[:200] or "root",
            "message": _text(LONGEST_MESSAGE)(record.getMessage()) or "",
            "service": self.service,
            "host": self.host,
            **_facts(record),
        }
        if trace_id := tracing.current().trace_id():
            fields["trace_id"] = trace_id
        if traceback := self._traceback(record):
            fields["traceback"] = traceback
        if extra := _extra(record):
            fields["extra"] = extra
        line = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
        # Half a letter, as a broken name of a file has, is no UTF-8.
        line = line.encode(errors="replace").decode()
        return Written(fields["id"], fields["level"], line)

    def _traceback(self, record: logging.LogRecord) -> str:
        """The end of it, where the cause stands."""
        parts = [self.formatException(record.exc_info)] if record.exc_info else []
        parts += [record.exc_text] if record.exc_text and not parts else []
        parts += [record.stack_info] if record.stack_info else []
        text = "\n".join(parts)[-LONGEST_TRACEBACK - SPARE :]
        return scrubbed(text)[-LONGEST_TRACEBACK:]


def level_of(number: int) -> str:
    """Levels between two of ours count as the less serious one."""
    return LEVELS[min(max(number // 10 - 1, 0), len(LEVELS) - 1)]


def _time(seconds: float) -> str:
    text = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")
    return text.removesuffix("+00:00") + "Z"


def _facts(record: logging.LogRecord) -> dict[str, Any]:
    """What was noted of the request, and what was given with this record, which wins."""
    around, given = noted(), vars(record)
    found: dict[str, Any] = {}
    for name, fit in FACTS.items():
        value = given.get(name, around.get(name))
        if value is not None and (fitting := fit(value)) is not None:
            found[name] = fitting
    return found


def _extra(record: logging.LogRecord) -> dict[str, Any]:
    names = [name for name in vars(record) if name not in ITS_OWN and name not in FACTS]
    usable = [name for name in names if USABLE_NAME.fullmatch(name)]
    return {name: _scalar(vars(record)[name]) for name in usable[:MOST_EXTRA]}


def _scalar(value: object) -> object:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and abs(value) <= LARGEST:
        return value
    if isinstance(value, float) and abs(value) <= LARGEST:
        return value
    return _text(LONGEST_VALUE)(value) or ""
