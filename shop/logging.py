"""JSON log records, one line each, that carry the id of the request they belong to."""

from __future__ import annotations

import logging
import sys
from contextvars import ContextVar
from typing import Any

from pythonjsonlogger.json import JsonFormatter

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


class RecordFormatter(JsonFormatter):
    """time, level, logger, message, request_id, then whatever `extra` brought."""

    def __init__(self) -> None:
        super().__init__(
            "%(levelname)s %(name)s %(message)s",
            rename_fields={"levelname": "level", "name": "logger"},
            timestamp="time",
            json_ensure_ascii=False,
        )

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        super().add_fields(log_data, record, message_dict)
        if (current := request_id.get()) is not None:
            log_data["request_id"] = current


def configure(level: str) -> None:
    """Send every record to standard output as JSON. Safe to call again."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(RecordFormatter())
    root = logging.getLogger()
    for old in [h for h in root.handlers if isinstance(h.formatter, RecordFormatter)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level.upper())
