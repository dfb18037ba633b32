"""The form of a book: a new one, a copy of one, or one that is there."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response

from shop.errors import Conflict, FieldError, Invalid, ShopError, Stale
from shop.models import AGE_MARKS, Book, BookFormat, BookStatus, ContributorRole, Permission
from shop.models.isbn import normalise
from shop.repositories.name_filters import ContributorFilters, PublisherFilters, SeriesFilters
from shop.views.admin.book_fields import Draft, copy_of, of_book, of_supplier, parts, read, typed
from shop.views.admin.book_page import of_book as of_page
from shop.web.access import allowed_to
from shop.web.forms import LOOK_AGAIN, Form
from shop.web.htmx import page_or_fragment, wants_fragment
from shop.web.services import services

pages = Blueprint("admin_book_form", __name__, url_prefix="/admin/books")

FOUND = 12
SAVED = _l("The book is saved.")
CHANGED = _l("Somebody else has changed this book. Compare what they did, and save again.")
TAKEN = {
    "uq_books_isbn": _l("Another book has this ISBN already."),
    "uq_books_sku": _l("Another book has this SKU already."),
}
STILL_MISSING = _l("A supplier tells this much. Fill in what is missing, and save.")
NOBODY_KNOWS = _l("No supplier's file has this ISBN: type what the book says.")


@pages.get("/new")
@allowed_to(Permission.EDIT_BOOKS)
def new() -> Response:
    """An empty form, one with an ISBN in it, or with `like` a copy of another book."""
    if like := request.args.get("like", type=int):
        return _page(None, copy_of(services.catalogue.get(like)))
    isbn = request.args.get("isbn", "")[:32]
    if cells := _told(isbn):
        categories = {each.path: each.id for each in services.categories.all()}
        draft = of_supplier(isbn, cells, categories)
        return _page(None, draft, sentence=STILL_MISSING)
    draft = Draft({"isbn": isbn, "status": BookStatus.DRAFT, "language": "ru"})
    return _page(None, draft, sentence=NOBODY_KNOWS if isbn else None)


@pages.post("/new")
@allowed_to(Permission.EDIT_BOOKS)
def add() -> Response:
    """Put a book into the shop."""
    return _written(None)


@pages.get("/<int:book_id>/edit")
@allowed_to(Permission.EDIT_BOOKS)
def edit(book_id: int) -> Response:
    """All that is known of a book."""
    book = services.catalogue.get(book_id)
    return _page(book, of_book(book))


@pages.post("/<int:book_id>/edit")
@allowed_to(Permission.EDIT_BOOKS)
def change(book_id: int) -> Response:
    """Save the book as it is typed."""
    return _written(services.catalogue.get(book_id))


@pages.post("/preview")
@allowed_to(Permission.EDIT_BOOKS)
def preview() -> Response:
    """How the book would look in the shop, as far as it is filled in."""
    key = request.form.get("book_id", type=int)
    draft = typed(request.form)
    name = "admin/book_form/_preview.html" if wants_fragment() else "admin/book_form/preview.html"
    page = render_template(name, imagined=_imagined(key, draft))
    return make_response(page)


@pages.get("/names/<any(person, publisher, series):kind>")
@allowed_to(Permission.EDIT_BOOKS)
def names(kind: str) -> Response:
    """People, publishers or series whose names have what is typed."""
    text = request.args.get(kind, "").strip().replace("\x00", "")[:100]
    found: list[Any] = []
    if text:
        if kind == "person":
            found = list(services.contributors.listed(ContributorFilters(q=text), 1, FOUND).items)
        elif kind == "publisher":
            found = list(services.publishers.listed(PublisherFilters(q=text), 1, FOUND).items)
        else:
            found = list(services.series.listed(SeriesFilters(q=text), 1, FOUND).items)
    return page_or_fragment(
        "admin/book_form/names.html",
        "admin/book_form/_names.html",
        kind=kind,
        text=text,
        found=found,
    )


def _told(text: str) -> Mapping[str, str]:
    with suppress(ValueError):
        isbn = normalise(text)
        return services.supplies.told_of([isbn]).get(isbn, {})
    return {}


def _written(book: Book | None) -> Response:
    """Saved, or the form again: with somebody moved, or with all that is wrong."""
    draft = typed(request.form)
    if wish := request.form.get("do"):
        return _form(book, draft.rearranged(wish))
    try:
        written = read(draft, is_new=book is None)
        key, version = (book.id, request.form.get("version", type=int)) if book else (None, None)
        if book and version is None:
            raise Stale()
        saved = services.book_editing.write(key, version, written, current_user)
    except (Invalid, Conflict, Stale) as problem:
        return _form(book, draft, _in_words(problem))
    flash(str(SAVED), "success")
    location = url_for("admin_books.show", book_id=saved.id)
    if wants_fragment():
        answer = make_response("", 204)
        answer.headers["HX-Redirect"] = location
        return answer
    return redirect(location, 303)


def _in_words(problem: ShopError) -> ShopError:
    """In words for people."""
    if isinstance(problem, Stale):
        problem.detail = CHANGED
    elif isinstance(problem, Conflict):
        errors = tuple(
            FieldError(each.field, TAKEN.get(each.code, each.message), each.code)
            for each in problem.errors
        )
        return Conflict(str(LOOK_AGAIN), errors)
    return problem


def _page(book: Book | None, draft: Draft, sentence: object = None) -> Response:
    shown = _shown(book, draft)
    return make_response(render_template("admin/book_form/page.html", **shown, sentence=sentence))


def _form(book: Book | None, draft: Draft, problem: ShopError | None = None) -> Response:
    template = "admin/book_form/_form.html" if wants_fragment() else "admin/book_form/page.html"
    shown = render_template(template, **_shown(book, draft, problem))
    return make_response(shown, problem.status if problem else 200)


def _shown(book: Book | None, draft: Draft, problem: ShopError | None = None) -> dict[str, Any]:
    houses = {kind: str(draft.values.get(kind, "")).strip() for kind in ("publisher", "series")}
    people = [person for person, _ in parts(draft)]
    # A new one has its pictures added once it is there.
    with_pictures = of_page(book.id) if book else {}
    return {
        **with_pictures,
        "book": book,
        "draft": draft,
        "form": Form(draft.values, problem),
        "unknown": services.book_editing.unknown(people, houses),
        "tree": services.categories.whole(),
        "imagined": _imagined(book.id if book else None, draft),
        "formats": list(BookFormat),
        "statuses": list(BookStatus),
        "roles": list(ContributorRole),
        "age_marks": AGE_MARKS,
    }


def _imagined(key: int | None, draft: Draft) -> Book | None:
    """The book as it is typed; None while something is missing or wrong."""
    with suppress(Invalid, Conflict):
        return services.book_editing.imagined(key, read(draft, is_new=key is None))
    return None
