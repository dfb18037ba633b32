"""Days and moments as forms and people write them, in the time zone of the shop."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shop.web.services import config

# Between these every zone can reckon, and there is a next day.
EARLIEST = date(1000, 1, 1)
LATEST = date(9000, 1, 1)


def asked_day(text: str) -> date | None:
    """A day; None where it is none. One that is too far away is the farthest."""
    with suppress(ValueError):
        return max(EARLIEST, min(date.fromisoformat(text), LATEST))
    return None


def begins(day: date) -> datetime:
    """The first moment of a day."""
    return datetime.combine(day, time.min, ZoneInfo(config.timezone))


def in_a_field(at: datetime) -> str:
    """As `<input type="datetime-local">` takes it: to the minute, in the shop's time."""
    return at.astimezone(ZoneInfo(config.timezone)).strftime("%Y-%m-%dT%H:%M")


def asked_moment(text: str) -> datetime | None:
    """A moment in ISO 8601, in the shop's time where it names no zone; of a day alone, its end.

    None where it is none.
    """
    if (day := asked_day(text)) is not None:
        return begins(day + timedelta(days=1)) - timedelta(microseconds=1)
    with suppress(ValueError):
        at = datetime.fromisoformat(text)
        if EARLIEST.year < at.year < LATEST.year:
            return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(config.timezone))
    return None
