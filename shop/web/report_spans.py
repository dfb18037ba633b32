"""Which days somebody wants a report of: a preset, or two days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from flask import request
from flask_babel import lazy_gettext as _l

from shop.repositories.reports import Days, Span, Unit

LONGEST = timedelta(days=366 * 10)
EARLIEST = date(2000, 1, 1)


class Preset(StrEnum):
    TODAY = "today"
    WEEK = "week"
    MONTH = "month"
    LAST_MONTH = "last_month"
    YEAR = "year"
    CUSTOM = "custom"


PRESETS = {
    Preset.TODAY: _l("Today"),
    Preset.WEEK: _l("7 days"),
    Preset.MONTH: _l("This month"),
    Preset.LAST_MONTH: _l("Last month"),
    Preset.YEAR: _l("This year"),
    Preset.CUSTOM: _l("Other days"),
}
UNITS = {Unit.DAY: _l("By day"), Unit.WEEK: _l("By week"), Unit.MONTH: _l("By month")}


@dataclass(frozen=True)
class SpanAsked:
    """`first` and `last` are as they were typed; `problem` says why they are not used."""

    span: Span
    preset: Preset
    first: str
    last: str
    problem: object | None = None

    @property
    def query(self) -> dict[str, str]:
        """What leads to the same days again."""
        if self.preset is not Preset.CUSTOM:
            return {"period": str(self.preset)}
        return {"period": str(self.preset), "first": self.first, "last": self.last}


def asked_span(today: date, zone: ZoneInfo) -> SpanAsked:
    """The days that the address asks for; this month where it asks for none that there are."""
    wanted = request.args.get("period", "")
    preset = Preset(wanted) if wanted in list(Preset) else Preset.MONTH
    if preset is not Preset.CUSTOM:
        span = span_of(preset, today, zone)
        return SpanAsked(span, preset, span.now.first.isoformat(), span.now.last.isoformat())
    first, last = (request.args.get(name, "").strip() for name in ("first", "last"))
    try:
        days = Days(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        problem = _l("Say both days, as 2026-11-28. Until then you see this month.")
    else:
        if EARLIEST <= days.first <= days.last <= today + LONGEST and days.count <= LONGEST.days:
            return SpanAsked(Span.of_days(days, zone), preset, first, last)
        problem = _l("The last day comes before the first, or they are too far apart.")
    return SpanAsked(span_of(Preset.MONTH, today, zone), preset, first, last, problem)


def span_of(preset: Preset, today: date, zone: ZoneInfo) -> Span:
    """The days of a preset, up to today."""
    if preset is Preset.TODAY:
        return Span.of_days(Days(today, today), zone)
    if preset is Preset.WEEK:
        return Span.of_days(Days(today - timedelta(days=6), today), zone)
    if preset is Preset.YEAR:
        return Span.of_year(Days(today.replace(month=1, day=1), today), zone)
    if preset is Preset.LAST_MONTH:
        last = today.replace(day=1) - timedelta(days=1)
        return Span.of_month(Days(last.replace(day=1), last), zone)
    return Span.of_month(Days(today.replace(day=1), today), zone)


def asked_unit(span: Span) -> Unit:
    """By day, week or month; as the address wants it, else so that a plot can show it."""
    wanted = request.args.get("by", "")
    if wanted in list(Unit):
        return Unit(wanted)
    return Unit.DAY if span.now.count <= 62 else Unit.WEEK if span.now.count <= 190 else Unit.MONTH
