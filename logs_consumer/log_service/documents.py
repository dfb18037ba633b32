"""A record as the store keeps it, and back.

BSON's dates have milliseconds, so the moment is kept as a number of microseconds as well, `at`;
that is what is asked and sorted by. `time` is for people who look into the store, `expires_at` for
the store itself, which deletes by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bson.int64 import Int64

from log_service.batches import Record
from log_service.contract import RECORD
from log_service.levels import Level

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
Document = dict[str, Any]


def microseconds(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND


def moment(microseconds: int) -> datetime:
    return EPOCH + microseconds * MICROSECOND


def written(moment: datetime) -> str:
    """As records have it: `2026-11-29T14:02:27.000213Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def document_of(record: Record, kept: Mapping[Level, timedelta]) -> Document:
    time = datetime.fromisoformat(record["time"])
    return {
        "_id": record["id"],
        "at": Int64(microseconds(time)),
        **{name: value for name, value in record.items() if name != "id"},
        "time": time,
        "expires_at": time + kept[Level(record["level"])],
    }


def record_of(document: Mapping[str, Any]) -> Record:
    """The record as it was sent, its members in the schema's order."""
    known = {
        **document,
        "id": document["_id"],
        "time": written(moment(document["at"])),
    }
    return {name: known[name] for name in RECORD["properties"] if name in known}
