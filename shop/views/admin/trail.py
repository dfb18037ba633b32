"""The trail of changes: all of them, those of one book, and how a book was on a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response

from shop.errors import Conflict, Stale
from shop.models import Permission
from shop.models.columns import utcnow
from shop.repositories.audit import Wanted
from shop.repositories.base import LARGEST_KEY
from shop.services.trail.names import Named
from shop.services.trail.service import CHANGED_SINCE, Step
from shop.web import facts, trail_words
from shop.web.access import allowed_to
from shop.web.exports import Cell, Sheet, asked_file, export
from shop.web.htmx import page_or_fragment, wants_fragment
from shop.web.moments import asked_day, asked_moment, begins
from shop.web.services import services

pages = Blueprint("admin_trail", __name__, url_prefix="/admin")

PER_PAGE = 40
# Of the list as a file.
HEADINGS = (
    *(_l("Number"), _l("When"), _l("By whom"), _l("How")),
    *(_l("What"), _l("Its number"), _l("Name"), _l("Before"), _l("After")),
)
DONE = _l("The change is taken back. That can be taken back, too.")
CHANGED = _l("Somebody changed it just now. Look at it again before you go on.")


@pages.get("/audit")
@allowed_to(Permission.SEE_AUDIT)
def index() -> Response:
    """All changes that are asked for, the latest first."""
    if form := asked_file():
        changes = services.trail.all(_wanted(), current_user)
        return export(Sheet("changes", HEADINGS, _rows(changes)), form)
    return page_or_fragment(
        "admin/trail/page.html",
        "admin/trail/_trail.html",
        trail=services.trail.latest(_wanted(), _number("before"), PER_PAGE, current_user),
        asked=_asked(),
        actors=services.trail.actors(),
        nouns=trail_words.NOUNS,
        actions=trail_words.ACTIONS,
    )


def _rows(changes: Iterator[tuple[Step, Named]]) -> Iterator[tuple[Cell, ...]]:
    shows_people = current_user.may(Permission.SEE_USERS)
    for step, named in changes:
        entry, by = step.entry, step.deed.by
        shown = by and (by.name if by.is_staff or shows_people else by.id)
        yield (
            *(entry.id, entry.at, shown or _l("Shop"), facts.action(entry.action)),
            *(facts.noun(entry.entity), entry.entity_id, step.title),
            *(_told(step, named, side) for side in ("before", "after")),
        )


def _told(step: Step, named: Named, side: str) -> str:
    """The fields of a change as they were on one side of it."""
    lines = ((part.name, facts.fact(part.name, getattr(part, side), named)) for part in step.parts)
    return "; ".join(f"{facts.field(name)}: {', '.join(some)}" for name, some in lines if some)


@pages.post("/audit/<int:entry_id>/undo")
@allowed_to(Permission.SEE_AUDIT)
def undo(entry_id: int) -> Response:
    """Take one change back."""
    asked: dict[str, Any] = _asked()
    return _undone(entry_id, None, url_for("admin_trail.index", **asked))


@pages.get("/books/<int:book_id>/history")
@allowed_to(Permission.EDIT_BOOKS)
def history(book_id: int) -> Response:
    """Everything that was changed about a book, and which orders took copies of it."""
    book = services.catalogue.get(book_id)
    wanted = Wanted("book", book_id)
    return page_or_fragment(
        "admin/trail/book.html",
        "admin/trail/_trail.html",
        book=book,
        trail=services.trail.latest(wanted, _number("before"), PER_PAGE, current_user),
        dispatches=services.trail.dispatches(book_id),
    )


@pages.post("/books/<int:book_id>/history/<int:entry_id>/undo")
@allowed_to(Permission.EDIT_BOOKS)
def undo_of_book(book_id: int, entry_id: int) -> Response:
    """Take one change of this book back."""
    back = url_for("admin_trail.history", book_id=book_id)
    return _undone(entry_id, ("book", book_id), back)


@pages.get("/books/<int:book_id>/as-of")
@allowed_to(Permission.EDIT_BOOKS)
def as_of(book_id: int) -> Response:
    """A book as it was at a moment, against today."""
    typed = request.args.get("at", "").strip()
    at = asked_moment(typed)
    return page_or_fragment(
        "admin/trail/as_of.html",
        "admin/trail/_as_of.html",
        book_id=book_id,
        typed=typed,
        past=services.trail.as_of("book", book_id, at or utcnow()),
        is_odd=bool(typed) and at is None,
    )


def _undone(entry_id: int, of: tuple[str, int] | None, back: str) -> Response:
    try:
        services.trail.take_back(entry_id, current_user, of=of)
    except (Conflict, Stale) as problem:
        return _refused(entry_id, problem, back)
    flash(str(DONE), "success")
    return _back(back)


def _refused(entry_id: int, problem: Conflict | Stale, back: str) -> Response:
    """Why it is refused, on the page that it was asked for on."""
    reason = str(CHANGED if isinstance(problem, Stale) else problem.detail)
    messages = [str(each.message) for each in problem.errors]
    fields = [each.field for each in problem.errors if each.code == CHANGED_SINCE]
    if fields:
        names = ", ".join(str(facts.field(name)) for name in fields)
        reason = f"{reason} {gettext('Changed since: %(fields)s.', fields=names)}"
    page = render_template(
        "admin/trail/refused.html",
        reason=reason,
        back=back,
        entry_id=entry_id,
        details=() if fields else [m for m in messages if m not in reason],
    )
    return make_response(page, problem.status)


def _back(address: str) -> Response:
    if not wants_fragment():
        return redirect(address, 303)
    answer = make_response("", 204)
    answer.headers["HX-Location"] = address
    return answer


def _asked() -> dict[str, str]:
    """The filters of the address, as they were given; a day that is none is left out."""
    names = ("entity", "entity_id", "action", "actor", "batch_id", "since", "until")
    given = {name: request.args.get(name, "").strip() for name in names}
    days = {name: asked_day(given[name]) for name in ("since", "until")}
    return {name: value for name, value in given.items() if value and days.get(name, value)}


def _wanted() -> Wanted:
    asked = _asked()
    since, until = asked_day(asked.get("since", "")), asked_day(asked.get("until", ""))
    return Wanted(
        entity=asked.get("entity"),
        entity_id=_number("entity_id"),
        action=asked.get("action"),
        actor_id=_number("actor"),
        batch_id=_number("batch_id"),
        since=begins(since) if since else None,
        until=begins(until + timedelta(days=1)) if until else None,
    )


def _number(name: str) -> int | None:
    """A number of the address; one that makes no sense is none."""
    number = request.args.get(name, type=int)
    return number if number is not None and 0 < number <= LARGEST_KEY else None
