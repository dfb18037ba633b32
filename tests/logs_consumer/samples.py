"""Records as a shop writes them, and batches of them as the queue has them."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime, timedelta
from typing import Any

# A full hour, some hours ago: what is older than its level is kept for is deleted.
NOON = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=4)
_numbers = itertools.count(1)

Record = dict[str, Any]


def record(at: datetime | None = None, **said: Any) -> Record:
    """One with an id of its own, of this moment or of now."""
    return {
        "id": f"{next(_numbers):032x}",
        "time": written(at or datetime.now(UTC)),
        "level": "INFO",
        "logger": "shop.web.request_log",
        "message": "answered",
        "service": "web",
        "host": "web-1",
        **said,
    }


def records(number: int, **said: Any) -> list[Record]:
    return [record(**said) for _ in range(number)]


def written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def before_noon(**ago: float) -> datetime:
    return NOON - timedelta(**ago)


def batch(*sent: object, version: int = 1) -> bytes:
    return json.dumps({"version": version, "records": sent}).encode()
