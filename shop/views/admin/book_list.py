"""The list of books for staff: narrowed, edited in the row, ticked, taken along as a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from pydantic import BaseModel, ConfigDict
from werkzeug.wrappers import Response

from shop.errors import Conflict, Invalid, ShopError, Stale
from shop.models import Book, BookFormat, BookStatus, ImageState, Permission
from shop.repositories.staff_book_filters import StaffBookFilters
from shop.views.admin.book_values import MESSAGES, Copies, ListPrice, Percent, told
from shop.web import staff_book_query
from shop.web.access import allowed_to
from shop.web.exports import Cell, FileForm, Sheet, export
from shop.web.forms import Form, parse
from shop.web.htmx import page_or_fragment, wants_fragment
from shop.web.labels import label
from shop.web.listing import asked
from shop.web.services import services

pages = Blueprint("admin_book_list", __name__, url_prefix="/admin/books")

PER_PAGE = 30
HEADINGS = (
    *(_l("Number"), _l("ISBN"), _l("SKU"), _l("Title"), _l("Authors"), _l("Status")),
    *(_l("Price before discount"), _l("Discount, %%"), _l("Price"), _l("In stock")),
    *(_l("Promised"), _l("Language"), _l("Format"), _l("Year"), _l("Changed")),
)


class Row(BaseModel):
    """What is edited in a row. `version` and `seen`, copies on the shelves, are what was seen."""

    model_config = ConfigDict(str_strip_whitespace=True)

    list_price: ListPrice
    discount_percent: Percent
    num_in_stock: Copies
    status: BookStatus
    version: int
    seen: Copies


def shown_list() -> Response:
    """The books that the address asks for, by title where it does not say."""
    wanted = asked(StaffBookFilters, **({} if request.args.get("q") else {"order_by": "title"}))
    in_force = {**({"q": wanted.q} if wanted.q else {}), **wanted.others}
    tree = services.staff_books.tree()
    return page_or_fragment(
        "admin/books/page.html",
        "admin/books/_list.html",
        books=services.staff_books.listed(wanted.filters, wanted.page, PER_PAGE),
        wanted=wanted,
        in_force=in_force,
        chips=staff_book_query.chips(in_force, tree),
        sorting=lambda column: staff_book_query.sorting(in_force, column),
        tree=tree,
        stock_words=staff_book_query.STOCK,
        yes_no=staff_book_query.YES_NO,
        formats=list(BookFormat),
        statuses=list(BookStatus),
        views=services.saved_views.of(_me(), "books"),
        view_query=staff_book_query.query_of(in_force),
        unmade=services.images.count_by_state().get(ImageState.FAILED, 0),
    )


@pages.get("/chosen")
@allowed_to(Permission.EDIT_BOOKS)
def chosen() -> Response:
    """What is ticked, on to be changed together."""
    ids = request.args.getlist("id", type=int)
    if not ids:
        flash(str(_l("Tick the books first that should change.")), "warning")
        return redirect(url_for("admin_books.index"), 303)
    return redirect(url_for("admin_bulk_edits.new", id__in=",".join(map(str, ids))), 303)


@pages.get("/books.<any(csv, xlsx):form>")
@allowed_to(Permission.EDIT_BOOKS)
def file(form: str) -> Response:
    """Every book that the address asks for, as a file."""
    wanted = asked(StaffBookFilters)
    return export(Sheet("books", HEADINGS, _rows(wanted.filters)), FileForm(form))


@pages.get("/<int:book_id>/row")
@allowed_to(Permission.EDIT_BOOKS)
def row(book_id: int) -> Response:
    """A row of the list, to be edited or as it is; without htmx, the book's page."""
    if not wants_fragment():
        return redirect(url_for("admin_books.show", book_id=book_id), 303)
    edited = "edit" in request.args
    return _row(services.catalogue.get(book_id), Form({}), edited=edited)


@pages.post("/<int:book_id>/row")
@allowed_to(Permission.EDIT_BOOKS)
def edit_row(book_id: int) -> Response:
    """Set price, discount, stock and status as they are typed in the row."""
    try:
        typed = parse(Row, request.form, MESSAGES)
        values = typed.model_dump(exclude={"version", "seen"})
        book = services.book_editing.amend_row(
            book_id, typed.version, typed.seen, values, current_user
        )
    except (Invalid, Conflict, Stale) as problem:
        return _refused(book_id, problem)
    if not wants_fragment():
        flash(str(_l("Saved: %(title)s.", title=book.title)), "success")
        return redirect(url_for("admin_books.index"), 303)
    return _row(book, Form({}), edited=False)


def _refused(book_id: int, problem: ShopError) -> Response:
    """The row with what was typed, and why it is refused."""
    problem = told(problem)
    book = services.catalogue.get(book_id)
    if not wants_fragment():
        page = render_template(
            "admin/books/row.html", book=book, form=Form(request.form, problem), **_choices()
        )
        return make_response(page, problem.status)
    answer = _row(book, Form(request.form, problem), edited=True)
    answer.status_code = problem.status
    return answer


def _row(book: Book, form: Form, *, edited: bool) -> Response:
    template = "admin/books/_row_form.html" if edited else "admin/books/_row.html"
    return make_response(
        render_template(template, book=book, form=form, is_new_here=True, **_choices())
    )


def _choices() -> dict[str, Any]:
    return {"statuses": list(BookStatus)}


def _me() -> Any:
    return current_user


def _rows(filters: StaffBookFilters) -> Iterator[tuple[Cell, ...]]:
    for book in services.staff_books.all(filters):
        yield (
            *(book.id, book.isbn, book.sku, book.title, book.author_names),
            label(book.status, "book_status"),
            *(book.list_price, book.discount_percent, book.price),
            *(book.stock.num_in_stock, book.stock.num_allocated, book.language),
            label(book.format, "book_format"),
            *(book.published_year, book.updated_at),
        )
