"""The pictures of a book, for staff: sent, described, put in order, taken away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Annotated

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user
from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from shop.errors import FieldError, Invalid, NotFound, ShopError, Stale, Unavailable
from shop.models import Image, Permission
from shop.views.admin.book_page import of_book
from shop.web.access import allowed_to
from shop.web.errors import title_of
from shop.web.forms import LOOK_AGAIN, Form, parse
from shop.web.htmx import page_or_fragment, wants_fragment
from shop.web.limits import uploading
from shop.web.services import services

pages = Blueprint("admin_pictures", __name__, url_prefix="/admin/books/<int:book_id>/pictures")

PAGE, LIST = "admin/books/book.html", "admin/books/_picture_list.html"
MESSAGES = {
    "alt": _l("At most 500 characters, please."),
    "url": _l("Paste the address of a picture: it begins with https://."),
}
CHANGED = _l("Somebody else has described this picture meanwhile. Save again to put yours there.")
MOVED = _l("Pictures were added or deleted meanwhile: this is how they stand now.")


def on_one_line(text: object) -> object:
    return " ".join(text.split()) if isinstance(text, str) else text


class Description(BaseModel):
    """What a picture shows, and what was said of it before."""

    alt: Annotated[
        str,
        BeforeValidator(on_one_line),
        StringConstraints(max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$"),
    ]
    seen: str


class Address(BaseModel):
    """Where a picture is on another server."""

    model_config = ConfigDict(str_strip_whitespace=True)

    url: Annotated[
        str, StringConstraints(max_length=2000, pattern=r"^(?i:https?)://[^\x00-\x20\x7f]+$")
    ]


@dataclass(frozen=True)
class Refusal:
    """A file that was not kept, and why."""

    name: str
    problem: ShopError

    @property
    def reason(self) -> object:
        return self.problem.detail or title_of(self.problem)


@pages.get("")
@allowed_to(Permission.EDIT_BOOKS)
def index(book_id: int) -> Response:
    """All pictures of a book, in their order."""
    return page_or_fragment(PAGE, "admin/books/_pictures.html", **of_book(book_id))


@pages.get("/progress")
@allowed_to(Permission.EDIT_BOOKS)
def progress(book_id: int) -> Response:
    """How the making of those pictures goes that are `watched`."""
    watched = request.args.getlist("watched", type=int)
    return page_or_fragment(
        PAGE, "admin/books/_pictures_progress.html", **of_book(book_id, watched=watched)
    )


@pages.post("")
@uploading
@allowed_to(Permission.EDIT_BOOKS)
def upload(book_id: int) -> Response:
    """Pictures of somebody's computer. Those that are no good are named; the others are kept."""
    services.catalogue.get(book_id)
    files = [file for file in request.files.getlist("files") if file.filename]
    if not files:
        nothing = Refusal("", Invalid(_l("Choose a picture first.")))
        return _refused(book_id, 422, refusals=[nothing])
    refusals = _keep(book_id, files)
    if refusals:
        worst = max(refusal.problem.status for refusal in refusals)
        return _refused(book_id, worst, refusals=refusals)
    return _added(book_id, len(files))


@pages.post("/address")
@uploading
@allowed_to(Permission.EDIT_BOOKS)
def fetch(book_id: int) -> Response:
    """A picture of another server."""
    services.catalogue.get(book_id)
    try:
        address = parse(Address, request.form, MESSAGES)
        services.images.upload_from(book_id, address.url, current_user)
    except (Invalid, Unavailable) as problem:
        if wants_fragment() and isinstance(problem, Unavailable):
            raise
        if not problem.errors:
            why = FieldError("url", problem.detail or title_of(problem))
            problem.errors, problem.detail = (why,), LOOK_AGAIN
        return _refused(book_id, problem.status, address=Form(request.form, problem))
    return _added(book_id, 1)


@pages.post("/order")
@allowed_to(Permission.EDIT_BOOKS)
def reorder(book_id: int) -> Response:
    """Put all pictures into the order of `ids`, and one of them a place `earlier` or `later`."""
    try:
        services.images.reorder(book_id, _wanted_order(), current_user)
    except Stale as problem:
        problem.detail = MOVED
        if wants_fragment():
            return _shown(LIST, of_book(book_id, problem_with_pictures=problem), 412)
        return _refused(book_id, 412, problem_with_pictures=problem)
    return Response(status=204) if wants_fragment() else _back(book_id)


@pages.post("/<int:image_id>")
@allowed_to(Permission.EDIT_BOOKS)
def describe(book_id: int, image_id: int) -> Response:
    """Say what a picture shows, for those who do not see it."""
    try:
        said = parse(Description, request.form, MESSAGES)
        image = services.images.describe(book_id, image_id, said.seen, said.alt, current_user)
    except (Invalid, Stale) as problem:
        if isinstance(problem, Stale):
            problem.errors = (FieldError("alt", CHANGED),)
        form = Form(request.form, problem)
        if wants_fragment():
            image = services.images.one_of_book(book_id, image_id)
            return _description(image, form, problem.status)
        return _refused(book_id, problem.status, described={image_id: form})
    return _description(image) if wants_fragment() else _back(book_id, image_id)


@pages.post("/<int:image_id>/delete")
@allowed_to(Permission.EDIT_BOOKS)
def delete(book_id: int, image_id: int) -> Response:
    """Take a picture away. One that somebody else has just deleted is gone as was wished."""
    try:
        services.images.remove(book_id, image_id, None, current_user)
    except NotFound:
        services.catalogue.get(book_id)
    notice = _l("The picture is deleted.")
    if wants_fragment():
        return _shown(LIST, {**of_book(book_id), "notice": notice})
    flash(str(notice), "success")
    return _back(book_id)


@pages.post("/<int:image_id>/try-again")
@allowed_to(Permission.EDIT_BOOKS)
def try_again(book_id: int, image_id: int) -> Response:
    """Have the sizes of a picture made once more."""
    services.images.one_of_book(book_id, image_id)
    image = services.images.try_again(image_id, current_user)
    if not wants_fragment():
        return _back(book_id, image_id)
    return _shown("admin/books/_picture_state.html", {"image": image})


@pages.get("/<int:image_id>/original")
@allowed_to(Permission.EDIT_BOOKS)
def original(book_id: int, image_id: int) -> Response:
    """The very file that was sent, for keeping it: it may say who took the picture, and where."""
    services.images.one_of_book(book_id, image_id)
    image, data = services.images.original(image_id)
    response = Response(data, mimetype=image.media_type)
    name = f"{image.book_id}-{image.id}.{image.key.rpartition('.')[2]}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _keep(book_id: int, files: Iterable[FileStorage]) -> list[Refusal]:
    """Keep each; answers which were not. Where no more can be kept, a program may try again."""
    refusals = []
    for file in files:
        try:
            with closing(file):
                services.images.upload(book_id, file.read(), "", None, current_user)
        except Invalid as problem:
            refusals.append(Refusal(file.filename or "", problem))
        except Unavailable as problem:
            if wants_fragment():
                raise
            refusals.append(Refusal(file.filename or "", problem))
    return refusals


def _wanted_order() -> list[int]:
    ids = request.form.getlist("ids", type=int)
    if not ids:
        raise Invalid(_l("Say in which order the pictures are to stand."))
    for step, name in ((-1, "earlier"), (1, "later")):
        moved = request.form.get(name, type=int)
        if moved in ids:
            place = ids.index(moved)
            ids.insert(max(0, place + step), ids.pop(place))
    return ids


def _added(book_id: int, count: int) -> Response:
    if wants_fragment():
        return _shown(LIST, of_book(book_id))
    text = ngettext("%(num)d picture is here.", "%(num)d pictures are here.", count)
    flash(text, "success")
    return _back(book_id)


def _back(book_id: int, image_id: int | None = None) -> Response:
    anchor = f"picture-{image_id}" if image_id else "pictures"
    return redirect(url_for("admin_books.show", book_id=book_id, _anchor=anchor), 303)


def _refused(book_id: int, status: int, **said: object) -> Response:
    """All as it is now, with what was typed or sent, and why it was refused."""
    template = "admin/books/_pictures.html" if wants_fragment() else PAGE
    return _shown(template, of_book(book_id, **said), status)


def _description(image: Image, form: Form | None = None, status: int = 200) -> Response:
    context = {"image": image, "form": form, "saved": form is None}
    return _shown("admin/books/_picture_description.html", context, status)


def _shown(template: str, context: Mapping[str, object], status: int = 200) -> Response:
    return make_response(render_template(template, **context), status)
