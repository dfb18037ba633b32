"""The cart: of whoever is signed in, or a guest's by its token or its cookie.

It is one person's own, and a change says of one line what it shall be. So a change needs no
If-Match: no other change is lost by it, and two tabs of one person need not know of each other.
"""

from __future__ import annotations

from flask import Blueprint
from flask_login import current_user

from shop.api.answers import Answer
from shop.api.cart_schemas import CartOut, Copies, WantedCopies, cart_out
from shop.api.operations import operation
from shop.models import Permission
from shop.services.cart_contents import Cart
from shop.web.access import public
from shop.web.services import services
from shop.web.urls import absolute
from shop.web.visitors import TOKEN_HEADER, cart_id, cart_id_or_new, token_of

api = Blueprint("api_cart", __name__, url_prefix="/api/v1/cart")

HEADERS = {TOKEN_HEADER: "A guest's cart, as `token` of the cart names it. An account has its own."}
SENDS = (TOKEN_HEADER,)
VARY = f"Authorization, Cookie, {TOKEN_HEADER}"


@api.get("")
@public
@operation("cart", answer=CartOut, headers=HEADERS, errors=(422,), sends=SENDS)
def show() -> Answer:
    """The cart with the prices and the stock of now."""
    found = cart_id()
    return _answer(services.cart.view(found), found)


@api.delete("")
@public
@operation("cart", answer=CartOut, headers=HEADERS, errors=(422,), sends=SENDS)
def empty() -> Answer:
    """Take everything out."""
    found = cart_id()
    return _answer(services.cart.empty(found) if found else services.cart.view(None), found)


@api.post("/items")
@public
@operation(
    "cart",
    body=WantedCopies,
    answer=CartOut,
    status=201,
    keyed=True,
    headers=HEADERS,
    errors=(404, 409),
    sends=("Location", *SENDS),
)
def add(body: WantedCopies) -> Answer:
    """Put copies in beside those that are there.

    A guest who has no cart yet gets one, and its token. 409 out_of_stock when there are too few.
    """
    found = cart_id_or_new()
    cart = services.cart.add(found, body.book_id, body.quantity)
    return _answer(cart, found, location=absolute("/api/v1/cart"))


@api.patch("/items/<int:book_id>")
@public
@operation("cart", body=Copies, answer=CartOut, headers=HEADERS, errors=(409,), sends=SENDS)
def change(book_id: int, body: Copies) -> Answer:
    """Make a line hold so many copies."""
    found = cart_id()
    return _answer(services.cart.resize(found, book_id, body.quantity), found)


@api.delete("/items/<int:book_id>")
@public
@operation("cart", answer=CartOut, headers=HEADERS, sends=SENDS)
def remove(book_id: int) -> Answer:
    """Take a line out."""
    found = cart_id()
    return _answer(services.cart.resize(found, book_id, 0), found)


def _answer(cart: Cart, found: str | None, location: str | None = None) -> Answer:
    known = current_user.is_authenticated
    token = token_of(found) if found and not known else None
    body = cart_out(cart, token, for_staff=known and current_user.may(Permission.SEE_STOCK))
    headers = {"Vary": VARY, **({TOKEN_HEADER: token} if token else {})}
    return Answer(body, location=location, headers=headers)
