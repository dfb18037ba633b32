"""Records that are written here, and those that have come to a queue."""

from __future__ import annotations

import json
import logging
from typing import Any

from pika.adapters.blocking_connection import BlockingChannel

from shop.logging import RecordFormatter, Written

FORMATTER = RecordFormatter("web", "a-machine")


def record(message: object = "a", level: int = logging.INFO) -> Written:
    return FORMATTER.written(
        logging.LogRecord("shop.x", level, "x.py", 1, str(message), None, None)
    )


def records_in(channel: BlockingChannel, queue: str) -> list[dict[str, Any]]:
    """All records of all messages, which leave the queue."""
    found: list[dict[str, Any]] = []
    while True:
        method, properties, body = channel.basic_get(queue, auto_ack=True)
        if method is None:
            return found
        assert properties.content_type == "application/json"
        assert properties.delivery_mode == 2
        batch = json.loads(body)
        assert batch["version"] == 1
        assert len(body) < 2**20
        found += batch["records"]
