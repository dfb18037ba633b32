"""Books, for staff: prices and stock."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from pydantic import BaseModel, ConfigDict
from werkzeug.wrappers import Response

from shop.errors import Conflict, Invalid, ShopError, Stale
from shop.models import Permission
from shop.views.admin.book_list import shown_list
from shop.views.admin.book_page import of_book
from shop.views.admin.book_values import MESSAGES, Copies, ListPrice, Percent, told
from shop.web.access import allowed_to
from shop.web.forms import Form, parse
from shop.web.htmx import after_post, page_or_fragment, wants_fragment
from shop.web.services import services

pages = Blueprint("admin_books", __name__, url_prefix="/admin/books")


class Price(BaseModel):
    """A rouble or more before discount, and the discount in percent. `version` is the one seen."""

    model_config = ConfigDict(str_strip_whitespace=True)

    list_price: ListPrice
    discount_percent: Percent
    version: int


class Count(BaseModel):
    """Copies counted, and the number that was seen before."""

    model_config = ConfigDict(str_strip_whitespace=True)

    num_in_stock: Copies
    seen: Copies


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
    template = "admin/books/_book.html" if wants_fragment() else "admin/books/book.html"
    page = render_template(template, **of_book(book_id, form=Form(request.form, told(problem))))
    return make_response(page, problem.status)
