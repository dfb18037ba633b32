"""Shelves of the shop window, for staff: what stands on them, in which order, with which card."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from werkzeug.wrappers import Response

from shop.errors import Conflict, Invalid, ShopError, Stale
from shop.models import Book, Permission, Shelf, ShelfKind
from shop.repositories.book_filters import BookFilters
from shop.views.admin.moving import step_asked
from shop.web.access import allowed_to
from shop.web.forms import Blank, Form, Seen, form_page, in_words, parse, version_seen
from shop.web.htmx import after_post, page_or_fragment, wants_fragment
from shop.web.services import services

pages = Blueprint("admin_shelves", __name__, url_prefix="/admin/shelves")

FOUND = 8
CHANGED = _l("Somebody else has changed this shelf. Look at it, and do it again.")
MESSAGES = {
    "kind": _l("Choose what the shelf is for."),
    "note": _l("At most 1,000 letters, please."),
    "note_ru": _l("At most 1,000 letters, please."),
    "signed": _l("At most 100 letters, please."),
    "signed_ru": _l("At most 100 letters, please."),
}


Named = Annotated[Annotated[str, StringConstraints(max_length=300)] | None, Blank]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)]
Signature = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)]


class ShelfForm(BaseModel):
    """`version` is the one seen; None of a new one."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    name: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    name_ru: Named = None
    description: Annotated[str, StringConstraints(max_length=1000)] = ""
    description_ru: Annotated[Annotated[str, StringConstraints(max_length=1000)] | None, Blank] = (
        None
    )
    kind: ShelfKind
    version: int | None = None

    def values(self) -> dict[str, Any]:
        return self.model_dump(exclude={"version"})


class Putting(Seen):
    book: int


class Placing(Seen):
    place: Annotated[int, Field(ge=0, le=1000)]


class Card(Seen):
    note: Note = ""
    note_ru: Note = ""
    signed: Signature = ""
    signed_ru: Signature = ""


@pages.get("")
@allowed_to(Permission.EDIT_PAGES)
def index() -> str:
    """All shelves in the order of the window."""
    return render_template(
        "admin/shelves/page.html",
        shelves=services.shelves.in_order(),
        books=services.shelves.book_counts(),
    )


@pages.get("/new")
@allowed_to(Permission.EDIT_PAGES)
def new() -> Response:
    """An empty form."""
    return _new(Form({}))


@pages.post("")
@allowed_to(Permission.EDIT_PAGES)
def add() -> Response:
    """A new shelf, the last of all; the window shows it once a book stands on it."""
    try:
        given = parse(ShelfForm, request.form, MESSAGES)
        made = services.shelves.add(given.values(), current_user)
    except (Invalid, Conflict) as problem:
        return _new(Form(request.form, problem))
    flash(gettext("The shelf is there: put books on it."), "success")
    return redirect(url_for("admin_shelves.show", shelf_id=made.id), 303)


@pages.get("/<int:shelf_id>")
@allowed_to(Permission.EDIT_PAGES)
def show(shelf_id: int) -> Response:
    """A shelf with its books, and a search for more."""
    shelf = services.shelves.get(shelf_id)
    if "q" in request.args:
        return page_or_fragment(
            "admin/shelves/shelf.html", "admin/shelves/_found.html", **_shown(shelf)
        )
    return page_or_fragment(
        "admin/shelves/shelf.html", "admin/shelves/_shelf.html", **_shown(shelf)
    )


@pages.post("/<int:shelf_id>")
@allowed_to(Permission.EDIT_PAGES)
def change(shelf_id: int) -> Response:
    """Call it otherwise."""

    def rename() -> Shelf:
        given = parse(ShelfForm, request.form, MESSAGES)
        return services.shelves.amend(
            shelf_id, version_seen(given.version), given.values(), current_user
        )

    return _changed(shelf_id, rename, _l("The shelf is saved."))


@pages.post("/<int:shelf_id>/move")
@allowed_to(Permission.EDIT_PAGES)
def move(shelf_id: int) -> Response:
    """One place up or down in the window."""
    services.shelves.move(shelf_id, step_asked(), current_user)
    return redirect(url_for("admin_shelves.index"), 303)


@pages.post("/<int:shelf_id>/delete")
@allowed_to(Permission.EDIT_PAGES)
def remove(shelf_id: int) -> Response:
    """Take the shelf away; its books stay in the shop."""
    shelf = services.shelves.get(shelf_id)
    try:
        seen = parse(Seen, request.form, {})
        services.shelves.remove(shelf_id, seen.version, current_user)
    except (Invalid, Stale) as problem:
        return _refused(shelf_id, problem)
    flash(gettext("“%(name)s” is deleted.", name=shelf.name), "success")
    return redirect(url_for("admin_shelves.index"), 303)


@pages.post("/<int:shelf_id>/books")
@allowed_to(Permission.EDIT_PAGES)
def put(shelf_id: int) -> Response:
    """Stand a book at the end of the shelf."""

    def stand() -> Shelf:
        given = parse(Putting, request.form, {})
        return services.shelves.put(shelf_id, given.version, given.book, current_user)

    return _changed(shelf_id, stand, _l("The book stands on the shelf."))


@pages.post("/<int:shelf_id>/books/<int:book_id>/place")
@allowed_to(Permission.EDIT_PAGES)
def place(shelf_id: int, book_id: int) -> Response:
    """Stand a book elsewhere on the shelf."""

    def stand() -> Shelf:
        to = parse(Placing, request.form, {})
        return services.shelves.place(shelf_id, to.version, book_id, to.place, current_user)

    return _changed(shelf_id, stand, _l("The book has another place."))


@pages.post("/<int:shelf_id>/books/<int:book_id>/card")
@allowed_to(Permission.EDIT_PAGES)
def write_card(shelf_id: int, book_id: int) -> Response:
    """What hangs under a book: why, and who says so."""

    def write() -> Shelf:
        card = parse(Card, request.form, MESSAGES)
        values = card.model_dump(exclude={"version"})
        return services.shelves.write_card(shelf_id, card.version, book_id, values, current_user)

    return _changed(shelf_id, write, _l("The card is saved."), written=book_id)


@pages.post("/<int:shelf_id>/books/<int:book_id>/delete")
@allowed_to(Permission.EDIT_PAGES)
def take_off(shelf_id: int, book_id: int) -> Response:
    """The book stays in the shop."""

    def take() -> Shelf:
        seen = parse(Seen, request.form, {})
        return services.shelves.take_off(shelf_id, seen.version, book_id, current_user)

    return _changed(shelf_id, take, _l("The book is off the shelf."))


def _changed(
    shelf_id: int, change: Callable[[], Shelf], notice: object, written: int | None = None
) -> Response:
    try:
        shelf = change()
    except (Invalid, Conflict, Stale) as problem:
        return _refused(shelf_id, problem, written)
    if not wants_fragment():
        flash(str(notice), "success")
    return after_post(
        "admin/shelves/_shelf.html",
        url_for("admin_shelves.show", shelf_id=shelf_id),
        **_shown(shelf),
        notice=notice,
    )


def _refused(shelf_id: int, problem: ShopError, written: int | None = None) -> Response:
    """The shelf as it is now, with what was typed and why it was refused."""
    template = "admin/shelves/_shelf.html" if wants_fragment() else "admin/shelves/shelf.html"
    form = Form(request.form, in_words(problem, CHANGED))
    shown = _shown(services.shelves.get(shelf_id)) | {"form": form, "written": written}
    return make_response(render_template(template, **shown), problem.status)


def _shown(shelf: Shelf) -> dict[str, Any]:
    text = request.args.get("q", "").strip().replace("\0", "")[:200]
    return {
        "shelf": shelf,
        "text": text,
        "found": _found(text),
        "standing": {entry.book_id for entry in shelf.entries},
        "form": Form({}),
        # The book whose card was refused.
        "written": None,
        "kinds": ShelfKind,
        "history": services.trail.history("shelf", shelf.id, current_user),
    }


def _found(text: str) -> Sequence[Book]:
    """Books that this title, author or ISBN may mean, the likeliest first."""
    if not text:
        return ()
    return services.catalogue.find(BookFilters.parse({"q": text}), 1, FOUND).items


def _new(form: Form) -> Response:
    return form_page("admin/shelves/new.html", form, kinds=ShelfKind)
