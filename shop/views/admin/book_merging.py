"""Books that are there twice."""

from __future__ import annotations

from contextlib import suppress

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response

from shop.errors import Conflict, Invalid, NotFound, ShopError, Stale
from shop.models import Permission
from shop.services.book_merging import CHOSEN, Doubles
from shop.web.access import allowed_to
from shop.web.forms import Form, Pair, in_words, parse
from shop.web.services import services

pages = Blueprint("admin_book_merging", __name__, url_prefix="/admin/books")

DONE = _l("The two are one book now, and the old address leads to it.")
CHANGED = _l("Somebody else has changed one of the two. Compare them again.")
BOTH_ORDERED = _l("An order has both of them, so they stay two: its lines would be of one book.")
NONE_SUCH = _l("No book has this ISBN or number.")


@pages.get("/doubles")
@allowed_to(Permission.EDIT_BOOKS)
def doubles() -> Response:
    """Books that may be one."""
    page = render_template("admin/book_merging/doubles.html", groups=services.book_merging.groups())
    return make_response(page)


@pages.get("/<int:book_id>/merge")
@allowed_to(Permission.EDIT_BOOKS)
def compare(book_id: int) -> Response:
    """Two side by side, or a box for the other one."""
    return _page(book_id, request.args.get("with", ""))


@pages.post("/<int:book_id>/merge")
@allowed_to(Permission.EDIT_BOOKS)
def merge(book_id: int) -> Response:
    """Make one of two."""
    try:
        pair = parse(Pair, request.form, {})
        kept, gone = pair.keep, pair.other if pair.keep == book_id else book_id
        seen = {book_id: pair.version, pair.other: pair.other_version}
        taken = {name for name in CHOSEN if request.form.get(f"of-{name}") == str(gone)}
        services.book_merging.merge(kept, gone, seen, taken, current_user)
    except (Invalid, Stale, Conflict) as problem:
        told = in_words(problem, CHANGED, BOTH_ORDERED)
        return _page(book_id, request.form.get("other", ""), told)
    flash(str(DONE), "success")
    return redirect(url_for("admin_books.show", book_id=kept), 303)


def _page(book_id: int, text: str, problem: ShopError | None = None) -> Response:
    book = services.catalogue.get(book_id)
    compared = _compared(book_id, text.strip())
    page = render_template(
        "admin/book_merging/merge.html",
        book=book,
        compared=compared,
        text=text,
        not_found=NONE_SUCH if text and not compared else None,
        form=Form(request.form, problem),
    )
    return make_response(page, problem.status if problem else 200)


def _compared(book_id: int, text: str) -> Doubles | None:
    """With the other one, by its ISBN or the number of its address."""
    with suppress(NotFound):
        if text.isdecimal() and len(text) < 10:
            other = services.catalogue.get(int(text))
        else:
            other = services.catalogue.book_by_isbn(text, for_staff=True)
        if other.id != book_id:
            return services.book_merging.compared(book_id, other.id)
    return None
