"""The shop's records as the log service keeps them: lists, a request's story, errors in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from shop.errors import Unavailable
from shop.gateways.log_service import LogPage, LogRecord, LogService, Wanted
from shop.models.columns import utcnow

SERIOUS = ("ERROR", "CRITICAL")
# Where nobody says since when.
USUAL_SPAN = timedelta(hours=24)
# Beyond so much time columns stand for days.
MOST_HOURS = timedelta(days=3)
LONGEST_SPAN = timedelta(days=31)
# Of one request; it has a dozen.
LONGEST_STORY = 500


@dataclass(frozen=True)
class Slot:
    """An hour or a day of the plot, and how much went wrong in it."""

    begins: datetime
    errors: int
    warnings: int


@dataclass(frozen=True)
class Errors:
    """`days` says that a slot is a day."""

    slots: Sequence[Slot]
    days: bool

    @property
    def total(self) -> int:
        return sum(slot.errors for slot in self.slots)


@dataclass(frozen=True)
class Story:
    """All that one request left, first things first."""

    request_id: str
    records: Sequence[LogRecord]
    is_whole: bool

    @property
    def last_word(self) -> LogRecord | None:
        """The record that says how it was answered."""
        answered = (record for record in reversed(self.records) if record.status is not None)
        return next(answered, None)


class LogReadingService:
    """`source` is None where the shop is configured without a log service: Unavailable then."""

    def __init__(self, source: LogService | None) -> None:
        self._source = source

    @property
    def is_configured(self) -> bool:
        return self._source is not None

    def _service(self) -> LogService:
        if self._source is None:
            raise Unavailable("The shop is configured without a log service.")
        return self._source

    def latest(self, wanted: Wanted, limit: int, cursor: str | None = None) -> LogPage:
        """The latest first; Invalid where the cursor is none."""
        return self._service().latest(wanted, limit, cursor)

    def story(self, request_id: str) -> Story:
        """Empty where nothing is known of it, or not yet."""
        found = self._service().earliest(Wanted(request_id=request_id), LONGEST_STORY)
        return Story(request_id, found.records, found.next_cursor is None)

    def errors(self, wanted: Wanted) -> Errors:
        """What went wrong in the time that is asked for, but at most the last month of it.

        Every hour, or every day of a longer time, has its slot. Days are those of the time zone of
        `wanted.since`.
        """
        until = wanted.until or utcnow()
        since = max(wanted.since or until - USUAL_SPAN, until - LONGEST_SPAN)
        days = until - since > MOST_HOURS
        levels = (*SERIOUS, "WARNING")
        hours = self._service().hours(replace(wanted, levels=levels, since=since, until=until))
        slots = {begins: Slot(begins, 0, 0) for begins in _beginnings(since, until, days)}
        for hour in hours:
            begins = _beginning(hour.hour.astimezone(since.tzinfo), days)
            slot = slots.get(begins, Slot(begins, 0, 0))
            slots[begins] = Slot(
                begins,
                slot.errors + sum(hour.counts.get(level, 0) for level in SERIOUS),
                slot.warnings + hour.counts.get("WARNING", 0),
            )
        return Errors([slots[begins] for begins in sorted(slots)], days)


def _beginning(at: datetime, days: bool) -> datetime:
    hour = at.replace(minute=0, second=0, microsecond=0)
    return hour.replace(hour=0) if days else hour


def _beginnings(since: datetime, until: datetime, days: bool) -> Sequence[datetime]:
    """Steps are made in UTC, since a day of a zone may have 23 hours."""
    found, at = [], since
    while at < until:
        found.append(_beginning(at, days))
        at = (at.astimezone(UTC) + timedelta(hours=1)).astimezone(since.tzinfo)
    return found
