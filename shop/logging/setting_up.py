"""One handler of the root logger, and what becomes of it when a process forks or ends."""

from __future__ import annotations

import atexit
import logging
import os
from collections.abc import Iterable
from contextlib import suppress

from shop.logging.outlets import Outlet, Sink
from shop.logging.records import RecordFormatter
from shop.logging.standard_output import StandardOutput

_standard_output = Outlet(StandardOutput())


class RecordHandler(logging.Handler):
    """Makes the finished record where it is logged, and leaves it to the outlets."""

    def __init__(self, formatter: RecordFormatter, outlets: Iterable[Outlet]) -> None:
        super().__init__()
        self.setFormatter(formatter)
        self.records = formatter
        self.outlets = tuple(outlets)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            written = self.records.written(record)
        except Exception as error:
            # As it is, nobody can tell what it holds: it is not repeated.
            text = f"a record could not be written: {type(error).__name__}"
            there = (record.name, record.levelno, record.pathname, record.lineno)
            written = self.records.written(logging.LogRecord(*there, text, None, None))
        for outlet in self.outlets:
            outlet.put(written)


def configure(level: str, *, service: str, host: str, spool: Sink | None = None) -> None:
    """Send every record to standard output, and into `spool`. Safe to call again: what was set
    before is closed."""
    outlets = [_standard_output, *([Outlet(spool)] if spool else [])]
    root = logging.getLogger()
    for old in _handlers():
        root.removeHandler(old)
        _close(old)
    root.addHandler(RecordHandler(RecordFormatter(service, host), outlets))
    root.setLevel(level.upper())


def without_spool() -> None:
    """Close the spool; standard output stays."""
    for handler in _handlers():
        _close(handler)
        handler.outlets = (_standard_output,)


def flush() -> None:
    """Return when every record is where it should go, or has been tried."""
    for outlet in _outlets():
        outlet.flush()


def _close(handler: RecordHandler) -> None:
    for outlet in handler.outlets:
        if outlet is not _standard_output:
            outlet.close()


def _handlers() -> list[RecordHandler]:
    return [each for each in logging.getLogger().handlers if isinstance(each, RecordHandler)]


def _outlets() -> list[Outlet]:
    return [outlet for handler in _handlers() for outlet in handler.outlets]


def _forked() -> None:
    for outlet in {_standard_output, *_outlets()}:
        # One that cannot is no reason for the others to keep what is their parent's.
        with suppress(Exception):
            outlet.forked()


def _ending() -> None:
    for outlet in _outlets():
        outlet.end()


os.register_at_fork(after_in_child=_forked)
atexit.register(_ending)
