"""The cart in the JSON API."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from shop.api.reading import Body
from shop.api.schemas import BookOut, Money, book_out, money
from shop.models.columns import LARGEST_INTEGER
from shop.services.cart_contents import Cart, CartLine, LineProblem

Quantity = Annotated[int, Field(ge=1, le=LARGEST_INTEGER)]
BookId = Annotated[int, Field(ge=1, le=LARGEST_INTEGER)]


class WantedCopies(Body):
    """So many copies of a book, beside those that are there already."""

    book_id: BookId
    quantity: Quantity = 1


class Copies(Body):
    """How many copies there shall be."""

    quantity: Quantity


class CartLineOut(BaseModel):
    """One title. `problem` says why it cannot be bought as it stands."""

    book: BookOut
    quantity: int
    # Of one copy.
    price: Money
    total: Money
    problem: LineProblem | None


class CartOut(BaseModel):
    """A cart with the prices and the stock of now. `token` names a guest's cart: send it as
    X-Cart-Token where cookies are not kept."""

    items: list[CartLineOut]
    total: Money
    token: str | None


def cart_out(cart: Cart, token: str | None, *, for_staff: bool) -> CartOut:
    """`token` is a guest's; what the staff see of books, the staff see here too."""
    return CartOut(
        items=[_line_out(line, for_staff=for_staff) for line in cart.lines],
        total=money(cart.total),
        token=token,
    )


def _line_out(line: CartLine, *, for_staff: bool) -> CartLineOut:
    return CartLineOut(
        book=book_out(line.book, with_stock=for_staff),
        quantity=line.quantity,
        price=money(line.price, line.book.currency),
        total=money(line.total, line.book.currency),
        problem=line.problem,
    )
