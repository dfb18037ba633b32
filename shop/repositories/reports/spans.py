"""Which days a report is about, and which days before it is held against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Days:
    """From `first` to `last`, both of them in it."""

    first: date
    last: date

    @property
    def count(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Span:
    """Days by the calendar of `zone`. `step` is how PostgreSQL comes from `before` to `now`."""

    now: Days
    before: Days
    step: str
    zone: ZoneInfo

    @classmethod
    def of_days(cls, now: Days, zone: ZoneInfo) -> Span:
        """Against as many days just before."""
        back = timedelta(days=now.count)
        before = Days(now.first - back, now.last - back)
        return cls(now, before, f"{now.count} days", zone)

    @classmethod
    def of_month(cls, now: Days, zone: ZoneInfo) -> Span:
        """Days from the first of a month on, against the same part of the month before.

        A whole month is held against a whole month.
        """
        first = _months_back(now.first, 1)
        is_whole = (now.last + timedelta(days=1)).day == 1
        last = now.first - timedelta(days=1) if is_whole else _months_back(now.last, 1)
        return cls(now, Days(first, last), "1 month", zone)

    @classmethod
    def of_year(cls, now: Days, zone: ZoneInfo) -> Span:
        """Days from the first of a year on, against the same part of the year before."""
        before = Days(_months_back(now.first, 12), _months_back(now.last, 12))
        return cls(now, before, "1 year", zone)

    def begins(self, day: date) -> datetime:
        """The instant at which a day begins there."""
        return datetime.combine(day, time.min, self.zone)

    @property
    def bounds(self) -> dict[str, object]:
        """What the statements of reports are given."""
        day = timedelta(days=1)
        return {
            "first": self.begins(self.now.first),
            "end": self.begins(self.now.last + day),
            "before_first": self.begins(self.before.first),
            "before_end": self.begins(self.before.last + day),
        }


def _months_back(day: date, months: int) -> date:
    """The same day so many months ago, or the last one that there was."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    after = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (after - timedelta(days=1)).day))
