"""The cart."""

from __future__ import annotations

from typing import Annotated

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from pydantic import BaseModel, ConfigDict, Field
from werkzeug.wrappers import Response

from shop.errors import NotFound, ShopError
from shop.models.columns import LARGEST_INTEGER
from shop.services.cart_contents import Cart
from shop.web.access import public
from shop.web.forms import Form, parse
from shop.web.htmx import after_post, page_or_fragment, wants_fragment
from shop.web.services import services
from shop.web.visitors import cart_id, cart_id_or_new, cookie_was_broken

pages = Blueprint("cart", __name__, url_prefix="/cart")

MESSAGES = {"quantity": _l("Type how many copies: a whole number.")}


class Wanted(BaseModel):
    """`quantity` copies; the service says how many are too many."""

    model_config = ConfigDict(str_strip_whitespace=True)

    quantity: Annotated[int, Field(ge=-(2**31), le=LARGEST_INTEGER)] = 1


class Changed(Wanted):
    """What stands in the field, and the button beside it that was pressed."""

    step: Annotated[int, Field(ge=-1, le=1)] = 0

    @property
    def copies(self) -> int:
        return self.quantity + self.step


class WantedBook(Wanted):
    book_id: Annotated[int, Field(ge=1, le=LARGEST_INTEGER)]


@pages.get("")
@public
def show() -> Response:
    """The cart with today's prices and stock."""
    view = services.cart.view(cart_id(), request.args.get("removed", type=int))
    if cookie_was_broken():
        flash(gettext("Your cart could not be read, so this is a new one."), "warning")
    return page_or_fragment("cart/page.html", "cart/_cart.html", cart=view, form=Form({}))


@pages.post("/items")
@public
def add() -> Response:
    """Put copies into the cart."""
    try:
        wanted = parse(WantedBook, request.form, MESSAGES)
        cart = services.cart.add(cart_id_or_new(), wanted.book_id, wanted.quantity)
    except ShopError as problem:
        return _add_refused(problem)
    line = next((line for line in cart.lines if line.book.id == wanted.book_id), None)
    if line is None:
        # Taken out in another tab while it was put in here.
        return redirect(url_for("cart.show"), 303)
    notice = gettext("“%(title)s” is in your cart.", title=line.book.title)
    if not wants_fragment():
        flash(notice, "success")
    return after_post(
        "book/_buy.html",
        url_for("cart.show"),
        book=line.book,
        in_cart=line.quantity,
        form=Form({}),
        cart=cart,
        notice=notice,
    )


@pages.post("/items/<int:book_id>")
@public
def change(book_id: int) -> Response:
    """Set a line's copies; 0 takes it out."""
    try:
        copies = parse(Changed, request.form, MESSAGES).copies
        cart = services.cart.set_quantity(cart_id_or_new(), book_id, copies)
    except ShopError as problem:
        return _change_refused(book_id, problem)
    if copies == 0:
        # The cart itself says so, where the line was, and offers to undo it.
        return _changed(cart, None, url_for("cart.show", removed=book_id))
    title = next((line.book.title for line in cart.lines if line.book.id == book_id), "")
    notice = ngettext(
        "“%(title)s”: one copy now.", "“%(title)s”: %(num)d copies now.", copies, title=title
    )
    return _changed(cart, notice)


@pages.post("/items/<int:book_id>/restore")
@public
def restore(book_id: int) -> Response:
    """Undo the removal of a line."""
    try:
        cart = services.cart.restore(cart_id_or_new(), book_id)
    except ShopError as problem:
        if problem.status >= 500:
            raise
        flash(str(problem.detail), "warning")
        response = _changed(services.cart.view(cart_id()), None)
        if wants_fragment():
            response.status_code = problem.status
        return response
    # None when it was taken out in another tab meanwhile.
    line = next((line for line in cart.lines if line.book.id == book_id), None)
    if line is None:
        return _changed(cart, None)
    return _changed(cart, gettext("“%(title)s” is in your cart again.", title=line.book.title))


def _changed(cart: Cart, notice: str | None, location: str | None = None) -> Response:
    if notice and not wants_fragment():
        flash(notice, "success")
    location = location or url_for("cart.show")
    return after_post("cart/_cart.html", location, cart=cart, form=Form({}), notice=notice)


def _add_refused(problem: ShopError) -> Response:
    """The book's page again, with what was typed and why it was refused."""
    book_id = request.form.get("book_id", type=int)
    if problem.status >= 500 or book_id is None or isinstance(problem, NotFound):
        raise problem
    shown = services.catalogue.book_page(book_id)
    form = Form(request.form, problem)
    if wants_fragment():
        page = render_template("book/_buy.html", book=shown.book, form=form)
    else:
        page = render_template("book/page.html", shown=shown, book=shown.book, form=form)
    return _refused(page, problem)


def _change_refused(book_id: int, problem: ShopError) -> Response:
    """The cart again; the line keeps its copies and shows what was typed."""
    if problem.status >= 500:
        raise problem
    cart = services.cart.view(cart_id())
    if all(line.book.id != book_id for line in cart.lines):
        # There is no line to say it beside.
        raise problem
    template = "cart/_cart.html" if wants_fragment() else "cart/page.html"
    page = render_template(
        template,
        cart=cart,
        form=Form(request.form, problem),
        refused_book_id=book_id,
        # What was said before is not true of this any more.
        notice=None,
    )
    return _refused(page, problem)


def _refused(page: str, problem: ShopError) -> Response:
    response = make_response(page, problem.status)
    response.headers["Cache-Control"] = "no-store"
    return response
