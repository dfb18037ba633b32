"""Whose order it is, before anything else of a request is read.

An order is its customer's, or whoever's that has its token: a guest gets it with the order placed.
The staff see all orders; each change of one has a permission of its own.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Annotated, Any, TypeVar, cast

from flask import request
from flask_login import current_user
from pydantic import Field

from shop.api.reading import Query
from shop.errors import Forbidden, NotFound
from shop.models import Order, Permission, User
from shop.web import access, order_access
from shop.web.services import services
from shop.web.urls import absolute

View = TypeVar("View", bound=Callable[..., Any])
TOKEN_HEADER = "X-Order-Token"  # noqa: S105
HEADERS = {TOKEN_HEADER: "Opens an order for a guest: `token` of the answer to its checkout."}
VARY = {"Vary": f"Authorization, Cookie, {TOKEN_HEADER}"}


class LinkToken(Query):
    """The token of the link in a mail, for whoever has only that."""

    token: Annotated[str, Field(max_length=200, description=f"As the header {TOKEN_HEADER}.")] = ""


def order_address(order: Order) -> str:
    return absolute(f"/api/v1/orders/{order.number}")


def staff(permission: Permission) -> User | None:
    """Whoever is signed in, if they may do this to anybody's order."""
    return cast(User, current_user) if access.may(permission) else None


def opens_order(permission: Permission) -> Callable[[View], View]:
    """The view gets the order of its address, which is the client's own, or they have this
    permission. NotFound alike for one that is not theirs and one that is not there."""

    def declare(view: View) -> View:
        @functools.wraps(view)
        def run(number: str, **path: Any) -> Any:
            return view(order=_find(number, permission), **path)

        return cast(View, run)

    return declare


def _find(number: str, permission: Permission) -> Order:
    missing = NotFound("There is no such order, or it is not yours.")
    try:
        order = services.orders.by_number(number.upper())
    except NotFound:
        raise missing from None
    if order_access.is_theirs(order) or _has_token(order) or staff(permission):
        return order
    if current_user.is_authenticated and current_user.may(permission):
        access.require_second_factor()
    if staff(Permission.SEE_ORDERS):
        raise Forbidden("Your account is not allowed to do this.")
    raise missing


def _has_token(order: Order) -> bool:
    given = request.headers.get(TOKEN_HEADER) or request.args.get("token", "")
    return services.order_links.opens(given, order)
