"""The service's own log: JSON records on standard output, one line each."""

from __future__ import annotations

import logging
import sys

from pythonjsonlogger.json import JsonFormatter


def configure(level: str) -> None:
    """Send every record to standard output as JSON."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        JsonFormatter(
            "%(levelname)s %(name)s %(message)s",
            rename_fields={"levelname": "level", "name": "logger"},
            timestamp="time",
            json_ensure_ascii=False,
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # At INFO pika tells each step of a connection.
    logging.getLogger("pika").setLevel(max(root.level, logging.CRITICAL))
    logging.getLogger("pymongo").setLevel(max(root.level, logging.WARNING))
