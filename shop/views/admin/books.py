"""Books, for staff: prices and stock."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from flask import Blueprint, flash, make_response, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from pydantic import BaseModel, ConfigDict, Field
from werkzeug.wrappers import Response

from shop.errors import Conflict, Invalid, ShopError, Stale
from shop.models import Permission
from shop.views.admin.book_list import shown_list
from shop.views.admin.book_page import of_book
from shop.web.access import allowed_to
from shop.web.forms import Form, Typed, parse
from shop.web.htmx import after_post, page_or_fragment, wants_fragment
from shop.web.services import services

pages = Blueprint("admin_books", __name__, url_prefix="/admin/books")

LARGEST = 2**31 - 1
MESSAGES = {
    "list_price": _l("Type a price in roubles such as 499.00."),
    "discount_percent": _l("A discount is a whole number from 0 to 90 percent."),
    "num_in_stock": _l("Type how many copies there are: a whole number from 0 up."),
}
CHANGED = _l("Somebody else has changed this. Check the current value and save again.")
COVERED = _l("More copies than that are promised to orders. Cancel an order first.")


class Price(BaseModel):
    """A rouble or more before discount, and the discount in percent. `version` is the one seen."""

    model_config = ConfigDict(str_strip_whitespace=True)

    list_price: Annotated[Decimal, Typed, Field(ge=1, max_digits=10, decimal_places=2)]
    discount_percent: Annotated[int, Field(ge=0, le=90)]
    version: int


class Count(BaseModel):
    """Copies counted, and the number that was seen before."""

    model_config = ConfigDict(str_strip_whitespace=True)

    num_in_stock: Annotated[int, Field(ge=0, le=LARGEST)]
    seen: Annotated[int, Field(ge=0, le=LARGEST)]


@pages.get("")
@allowed_to(Permission.EDIT_BOOKS)
def index() -> Response:
    """Books by title, found by whatever names them."""
    return shown_list()


@pages.get("/<int:book_id>")
@allowed_to(Permission.EDIT_BOOKS)
def show(book_id: int) -> Response:
    """A book's price, stock and pictures."""
    return page_or_fragment("admin/books/book.html", "admin/books/_book.html", **of_book(book_id))


@pages.post("/<int:book_id>/price")
@allowed_to(Permission.EDIT_BOOKS)
def reprice(book_id: int) -> Response:
    """Set price and discount."""
    try:
        price = parse(Price, request.form, MESSAGES)
        services.catalogue.reprice(
            book_id, price.version, price.list_price, price.discount_percent, current_user
        )
    except (Invalid, Conflict, Stale) as problem:
        return _refused(book_id, problem)
    return _done(book_id, _l("The price is saved."))


@pages.post("/<int:book_id>/stock")
@allowed_to(Permission.EDIT_BOOKS)
def recount(book_id: int) -> Response:
    """Set the number of copies on the shelves."""
    try:
        count = parse(Count, request.form, MESSAGES)
        services.catalogue.recount(book_id, count.seen, count.num_in_stock, current_user)
    except (Invalid, Conflict, Stale) as problem:
        return _refused(book_id, problem)
    return _done(book_id, _l("The stock is saved."))


def _done(book_id: int, notice: object) -> Response:
    if not wants_fragment():
        flash(str(notice), "success")
    return after_post(
        "admin/books/_book.html",
        url_for("admin_books.show", book_id=book_id),
        book=services.catalogue.get(book_id),
        form=Form({}),
        notice=notice,
    )


def _refused(book_id: int, problem: ShopError) -> Response:
    """The book as it is now, with what was typed and why it was refused."""
    if isinstance(problem, Stale):
        problem.detail = CHANGED
    elif isinstance(problem, Conflict):
        problem.detail = COVERED
    template = "admin/books/_book.html" if wants_fragment() else "admin/books/book.html"
    page = render_template(template, **of_book(book_id, form=Form(request.form, problem)))
    return make_response(page, problem.status)
