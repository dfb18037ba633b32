"""What the shop's programs wrote: a list with filters, one request's story, errors in time."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import format_date, format_datetime, gettext, ngettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from shop.errors import Invalid, NotFound, Unavailable
from shop.gateways.log_service import LogPage, TooSlow, Wanted
from shop.logging import USABLE_ID
from shop.models import Permission
from shop.repositories.base import LARGEST_KEY
from shop.services.logs import Errors, Slot
from shop.web.access import allowed_to
from shop.web.charts import Plot, Point, plot
from shop.web.htmx import page_or_fragment, wants_fragment
from shop.web.moments import asked_day, asked_moment, begins, in_a_field
from shop.web.services import services

pages = Blueprint("admin_logs", __name__, url_prefix="/admin/logs")

PER_PAGE = 100
LEVELS = {
    "DEBUG": _l("Debug"),
    "INFO": _l("Information"),
    "WARNING": _l("Warning"),
    "ERROR": _l("Error"),
    "CRITICAL": _l("Critical"),
}
# What is asked for, and what that means.
FROM_LEVEL = {
    "DEBUG": _l("everything"),
    "INFO": _l("information and worse"),
    "WARNING": _l("warnings and worse"),
    "ERROR": _l("errors"),
}
ASKED = ("level", "since", "until", "logger", "request_id", "order", "user_id", "text", "service")
SERVICES = ("web", "worker", "clock", "command")
# Asked for seldom: on the page they stand behind a fold.
FINER = ("since", "until", "service", "logger", "order", "user_id", "request_id")
# Characters of a filter: what no record has is not asked for.
LONGEST = {"order": 40}
USUALLY_LONGEST = 200
LONGEST_CURSOR = 200  # more is none of the log service's
NOTHING = LogPage((), None)


class Trouble(StrEnum):
    """Why there is nothing to see: no log service, one that is away, too much to look through."""

    NONE = "none"
    AWAY = "away"
    SLOW = "slow"


@pages.get("")
@allowed_to(Permission.SEE_LOGS)
def index() -> Response:
    """Records that are asked for, the latest first; htmx gets the list alone."""
    asked = _asked()
    cursor = request.args.get("cursor", "")[:LONGEST_CURSOR]
    found, trouble = _records(asked, cursor)
    errors = _errors(asked) if found and not wants_fragment() else None
    return page_or_fragment(
        "admin/logs/page.html",
        "admin/logs/_records.html",
        asked=asked,
        typed=_typed(asked),
        is_finer=any(name in asked for name in FINER),
        cursor=cursor,
        live=request.args.get("live") == "1" and not cursor,
        found=found,
        errors=errors,
        plot=_plotted(errors) if errors and errors.total else None,
        trouble=trouble,
        levels=LEVELS,
        from_level=FROM_LEVEL,
        programs=SERVICES,
    )


@pages.get("/requests/<request_id>")
@allowed_to(Permission.SEE_LOGS)
def story(request_id: str) -> str:
    """All that one request left, in the order in which it happened."""
    if not USABLE_ID.fullmatch(request_id):
        raise NotFound(_l("This is not the number of a request."))
    told, trouble = None, None
    try:
        told = services.logs.story(request_id)
    except Unavailable as error:
        trouble = _trouble(error)
    return render_template(
        "admin/logs/story.html",
        story=told,
        trouble=trouble,
        request_id=request_id,
        levels=LEVELS,
    )


def _records(asked: dict[str, str], cursor: str) -> tuple[LogPage | None, Trouble | None]:
    """The list, or why there is none."""
    try:
        return services.logs.latest(_wanted(asked), PER_PAGE, cursor or None), None
    except Invalid:
        # A time that ends before it begins, or a link that was cut off: no record is like that.
        return NOTHING, None
    except Unavailable as error:
        return None, _trouble(error)


def _errors(asked: dict[str, str]) -> Errors | None:
    """None where they could not be counted. The list is there all the same."""
    try:
        return services.logs.errors(_wanted(asked))
    except (Invalid, Unavailable):
        return None


def _trouble(error: Unavailable) -> Trouble:
    if not services.logs.is_configured:
        return Trouble.NONE
    return Trouble.SLOW if isinstance(error, TooSlow) else Trouble.AWAY


def _asked() -> dict[str, str]:
    """The filters of the address as they were given; what makes no sense is left out."""
    given = {name: _given(name) for name in ASKED}
    sensible: dict[str, Any] = {
        "level": given["level"] in FROM_LEVEL,
        "service": given["service"] in SERVICES,
        "since": asked_moment(given["since"]),
        "until": asked_moment(given["until"]),
        "user_id": given["user_id"].isdecimal() and 0 < int(given["user_id"]) <= LARGEST_KEY,
        "request_id": USABLE_ID.fullmatch(given["request_id"]),
    }
    return {name: value for name, value in given.items() if value and sensible.get(name, True)}


def _given(name: str) -> str:
    text = request.args.get(name, "").replace("\0", "").strip()
    return text[: LONGEST.get(name, USUALLY_LONGEST)]


def _wanted(asked: dict[str, str]) -> Wanted:
    names = list(LEVELS)
    least = asked.get("level", "DEBUG")
    return Wanted(
        levels=() if least == "DEBUG" else names[names.index(least) :],
        since=_since(asked.get("since", "")),
        until=asked_moment(asked.get("until", "")),
        logger=asked.get("logger"),
        service=asked.get("service"),
        request_id=asked.get("request_id"),
        order=asked["order"].upper() if "order" in asked else None,
        user_id=int(asked["user_id"]) if "user_id" in asked else None,
        text=asked.get("text"),
    )


def _since(text: str) -> datetime | None:
    """A day alone means its beginning here."""
    day = asked_day(text)
    return begins(day) if day is not None else asked_moment(text)


def _typed(asked: dict[str, str]) -> dict[str, str]:
    """The moments asked for as a field of a form takes them: to the minute, in the shop's time."""
    moments = {
        "since": _since(asked.get("since", "")),
        "until": asked_moment(asked.get("until", "")),
    }
    return {name: in_a_field(at) for name, at in moments.items() if at}


def _plotted(errors: Errors) -> Plot:
    return plot(
        [
            Point(_label(slot, errors.days), Decimal(slot.errors), Decimal(0), _told(slot, errors))
            for slot in errors.slots
        ]
    )


def _label(slot: Slot, days: bool) -> str:
    return str(format_date(slot.begins, "d.MM") if days else format_datetime(slot.begins, "HH:mm"))


def _told(slot: Slot, errors: Errors) -> str:
    form = "d MMMM" if errors.days else "d MMMM, HH:mm"
    told: str = gettext(
        "%(at)s: %(errors)s, %(warnings)s",
        at=format_datetime(slot.begins, form),
        errors=ngettext("%(num)d error", "%(num)d errors", slot.errors),
        warnings=ngettext("%(num)d warning", "%(num)d warnings", slot.warnings),
    )
    return told
