"""Orders, to take, correct, cancel, pack, ship and deliver."""

from __future__ import annotations

import secrets

from flask import Blueprint
from flask_login import current_user

from shop.api.answers import Answer
from shop.api.checkout_schemas import OrderBody
from shop.api.etags import found
from shop.api.operations import operation
from shop.api.order_access import HEADERS, LinkToken, opens_order, order_address, staff
from shop.api.order_change_schemas import (
    FOR_CUSTOMERS,
    Cancellation,
    LineChange,
    OrderChange,
    Parcel,
)
from shop.api.order_schemas import OrderOut
from shop.api.orders import shown
from shop.api.repeats import digest_of, idempotency_key, sender
from shop.errors import FieldError, Forbidden, Invalid
from shop.models import Order, Permission
from shop.web import locales
from shop.web.access import allowed_to, owner_only
from shop.web.services import services

api = Blueprint("api_order_changes", __name__, url_prefix="/api/v1/orders")


@api.post("")
@allowed_to(Permission.EDIT_ORDERS)
@operation(
    "orders",
    body=OrderBody,
    answer=OrderOut,
    status=201,
    keyed=True,
    errors=(409,),
    sends=("Location",),
)
def take(body: OrderBody) -> Answer:
    """Take an order for a customer, by telephone say.

    The rules are those of a checkout. Its lines can change until a payment is begun, with the link
    in the customer's mail or with /pay.
    """
    wanted = {line.book_id: line.quantity for line in body.lines}
    if len(wanted) < len(body.lines):
        message = "A book stands in one line only."
        raise Invalid(message, (FieldError("lines", message, "repeated"),))
    placed = services.checkout.place_for(
        wanted,
        body.details(_key()),
        user_id=body.user_id,
        locale=str(body.locale or locales.current()),
        by=current_user,
    )
    order = services.orders.by_number(placed.number)
    return shown(order, location=order_address(order))


@api.patch("/<number>")
@owner_only
@opens_order(Permission.EDIT_ORDERS)
@operation(
    "orders",
    body=OrderChange,
    answer=OrderOut,
    query={"token": LinkToken},
    if_match=found("order"),
    headers=HEADERS,
    errors=(409,),
)
def correct(order: Order, token: LinkToken, body: OrderChange, version: int | None) -> Answer:
    """Correct contact data and address.

    Customers change the address and the comment until the order is paid, the staff all of it until
    it is shipped; 409 illegal_move afterwards.
    """
    changes = body.model_dump(exclude_unset=True)
    if clerk := staff(Permission.EDIT_ORDERS):
        return shown(services.orders.correct(order.number, version, changes, clerk))
    if others := sorted(changes.keys() - FOR_CUSTOMERS):
        problems = tuple(FieldError(name, "Ask the shop to change it.") for name in others)
        raise Forbidden("Customers change the address and the comment.", problems)
    return shown(services.orders.correct_own(order.number, version, changes))


@api.post("/<number>/cancel")
@owner_only
@opens_order(Permission.CANCEL_ORDERS)
@operation(
    "orders",
    body=Cancellation,
    answer=OrderOut,
    query={"token": LinkToken},
    keyed=True,
    headers=HEADERS,
)
def cancel(order: Order, token: LinkToken, body: Cancellation) -> Answer:
    """Cancel: the copies are free again, and money that was paid goes back.

    Customers can do it until the order is packed, the staff until it is shipped; 409 illegal_move
    afterwards.
    """
    clerk = staff(Permission.CANCEL_ORDERS)
    if clerk is None:
        return shown(services.orders.withdraw(order.number, body.reason))
    if len(body.reason) < 3:
        message = "Say why in a few words; it stays in the history."
        raise Invalid(message, (FieldError("reason", message),))
    return shown(services.orders.cancel(order.number, clerk, body.reason))


@api.post("/<number>/pack")
@allowed_to(Permission.FULFIL_ORDERS)
@operation("orders", answer=OrderOut, keyed=True)
def pack(number: str) -> Answer:
    """Begin to pack an order that is paid."""
    return shown(services.orders.start_packing(number.upper(), current_user))


@api.post("/<number>/ship")
@allowed_to(Permission.FULFIL_ORDERS)
@operation("orders", body=Parcel, answer=OrderOut, keyed=True)
def ship(number: str, body: Parcel) -> Answer:
    """Ship an order that is packed: the customer gets a mail with the tracking number."""
    return shown(
        services.orders.ship(number.upper(), current_user, body.carrier, body.tracking_number)
    )


@api.post("/<number>/deliver")
@allowed_to(Permission.FULFIL_ORDERS)
@operation("orders", answer=OrderOut, keyed=True)
def deliver(number: str) -> Answer:
    """Note that a shipped order has arrived."""
    return shown(services.orders.mark_delivered(number.upper(), current_user))


@api.patch("/<number>/lines/<int:line_id>")
@allowed_to(Permission.EDIT_ORDERS)
@opens_order(Permission.EDIT_ORDERS)
@operation("orders", body=LineChange, answer=OrderOut, if_match=found("order"), errors=(409,))
def resize(order: Order, line_id: int, body: LineChange, version: int | None) -> Answer:
    """Change how many copies of a title there are, at the price of the placing.

    Only until a payment is begun: a payment is for the sum that it was begun with. An order of the
    checkout has one from the start; 409 illegal_move tells so.
    """
    changed = services.order_lines.resize(
        order.number, version, line_id, body.quantity, current_user
    )
    return shown(changed)


@api.delete("/<number>/lines/<int:line_id>")
@allowed_to(Permission.EDIT_ORDERS)
@opens_order(Permission.EDIT_ORDERS)
@operation("orders", answer=OrderOut, if_match=found("order"), errors=(409,))
def drop(order: Order, line_id: int, version: int | None) -> Answer:
    """Take a title out, until a payment is begun. The last one stays: cancel the order instead."""
    return shown(services.order_lines.resize(order.number, version, line_id, 0, current_user))


def _key() -> str:
    """The order's key, for whoever sends the request again."""
    return digest_of("taking", sender(), idempotency_key() or secrets.token_urlsafe(24))
