"""Orders, to read."""

from __future__ import annotations

from typing import Literal

from flask import Blueprint
from flask_login import current_user

from shop.api.account_access import opens_account
from shop.api.answers import Answer, listed
from shop.api.operations import operation
from shop.api.order_access import HEADERS, VARY, LinkToken, opens_order, staff
from shop.api.order_schemas import OrderLineList, OrderList, OrderOut, line_out, order_out
from shop.api.reading import Fields, Include, Paging, Query, fields_of, include_of
from shop.errors import Forbidden
from shop.models import Order, Permission, User
from shop.repositories.order_filters import OrderFilters
from shop.repositories.paging import MAX_LIMIT, Page
from shop.web.access import owner_only, signed_in
from shop.web.services import services

api = Blueprint("api_orders", __name__, url_prefix="/api/v1")

SHAPE = {"fields": fields_of(OrderOut), "include": include_of("events", "payments")}
LISTED = {"paging": Paging, **SHAPE}


class Whose(Query):
    """Whose orders: one's own, or all of the shop, which the staff may see."""

    scope: Literal["own", "all"] = "own"


@api.get("/orders")
@signed_in
@operation("orders", answer=OrderList, query={"whose": Whose, **LISTED, "filters": OrderFilters})
def index(
    whose: Whose, paging: Paging, fields: Fields, include: Include, filters: OrderFilters
) -> Answer:
    """One's own orders, or with scope=all everybody's: those that match every filter.

    The newest come first where no `order_by` is given.
    """
    if whose.scope == "own":
        return _list(paging, fields, include, filters, current_user.id)
    if staff(Permission.SEE_ORDERS) is None:
        raise Forbidden("Your account sees its own orders only.")
    return _list(paging, fields, include, filters, None)


@api.get("/users/<int:user_id>/orders")
@signed_in
@opens_account(Permission.SEE_ORDERS)
@operation("orders", answer=OrderList, query={**LISTED, "filters": OrderFilters})
def of_user(
    user: User, paging: Paging, fields: Fields, include: Include, filters: OrderFilters
) -> Answer:
    """The orders of one account, for itself and for the staff."""
    return _list(paging, fields, include, filters, user.id)


@api.get("/orders/<number>")
@owner_only
@opens_order(Permission.SEE_ORDERS)
@operation("orders", answer=OrderOut, query={"token": LinkToken, **SHAPE}, headers=HEADERS)
def show(order: Order, token: LinkToken, fields: Fields, include: Include) -> Answer:
    """One order."""
    return shown(order, include.include, fields.fields)


@api.get("/orders/<number>/lines")
@owner_only
@opens_order(Permission.SEE_ORDERS)
@operation("orders", answer=OrderLineList, query={"token": LinkToken}, headers=HEADERS)
def lines(order: Order, token: LinkToken) -> Answer:
    """What was ordered, all lines at once."""
    found = [line_out(line, order) for line in order.lines]
    page = Page(found, len(found), 1, MAX_LIMIT)
    return Answer(listed(page, found, walked=False), entity=order, headers=VARY)


def shown(
    order: Order,
    include: list[str] | None = None,
    fields: list[str] | None = None,
    location: str | None = None,
) -> Answer:
    """An order as an answer, with what whoever asks may see of it."""
    body = _out(order, include or [])
    return Answer(body, entity=order, fields=fields, location=location, headers=VARY)


def _out(order: Order, include: list[str]) -> OrderOut:
    for_staff = staff(Permission.SEE_ORDERS) is not None
    return order_out(order, for_staff=for_staff, include=include)


def _list(
    paging: Paging, fields: Fields, include: Include, filters: OrderFilters, user_id: int | None
) -> Answer:
    found = services.orders.find(
        filters, paging.page, paging.limit, after=paging.after, user_id=user_id
    )
    items = [_out(order, include.include) for order in found]
    return Answer(listed(found, items, walked=paging.walks), fields=fields.fields)
