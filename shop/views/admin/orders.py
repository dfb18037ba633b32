"""Orders, for staff: the queue, and one order packed, shipped, delivered, cancelled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated

from flask import Blueprint, request
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from pydantic import StringConstraints
from werkzeug.wrappers import Response

from shop.models import Order, OrderState, Permission
from shop.repositories.order_filters import OrderFilters
from shop.repositories.order_queue import WAITING
from shop.views.admin.order_page import Seen, answered, shown
from shop.web.access import allowed_to
from shop.web.exports import Cell, Sheet, asked_file, export
from shop.web.forms import parse
from shop.web.htmx import page_or_fragment
from shop.web.labels import label
from shop.web.listing import asked
from shop.web.services import services

pages = Blueprint("admin_orders", __name__, url_prefix="/admin/orders")

PER_PAGE = 30
STATES = [str(state) for state in OrderState]
# Those that somebody has to do something for come first.
TABS = (*WAITING, *(state for state in OrderState if state not in WAITING))
ONE_LINE = r"^[^\x00-\x1f]*$"
Word = Annotated[str, StringConstraints(max_length=100, pattern=ONE_LINE)]
Reason = Annotated[str, StringConstraints(min_length=3, max_length=300, pattern=ONE_LINE)]

# Of the list as a file.
HEADINGS = (
    *(_l("Number"), _l("Placed"), _l("Paid"), _l("State")),
    *(_l("Name and surname"), _l("E-mail"), _l("Telephone"), _l("Shipping")),
    *(_l("City"), _l("Street, house, flat"), _l("Postal code")),
    *(_l("Books"), _l("Copies")),
    *(_l("Books, ₽"), _l("Shipping, ₽"), _l("Total, ₽")),
)


class Parcel(Seen):
    """How a parcel went off."""

    carrier: Word = ""
    tracking_number: Annotated[Word, StringConstraints(min_length=1)]


class Cancellation(Seen):
    reason: Reason


MESSAGES = {
    "tracking_number": _l("Type the tracking number; the customer gets it by e-mail."),
    "carrier": _l("At most 100 characters."),
    "reason": _l("Say why in a few words; it stays in the history."),
}


@pages.get("")
@allowed_to(Permission.SEE_ORDERS)
def index() -> Response:
    """By state, the longest waiting first; by number, e-mail or name, and by any other filter."""
    state = request.args.get("state", "")
    known = OrderState(state) if state in STATES else None
    wanted = asked(OrderFilters)
    if form := asked_file():
        rows = _rows(services.order_queue.all(wanted.filters, known))
        return export(Sheet("orders", HEADINGS, rows), form)
    return page_or_fragment(
        "admin/orders/page.html",
        "admin/orders/_list.html",
        orders=services.order_queue.look_through(wanted.filters, known, wanted.page, PER_PAGE),
        counts=services.order_queue.counts(),
        state=known,
        states=TABS,
        wanted=wanted,
        ticked=request.args.getlist("number"),
    )


def _rows(orders: Iterable[Order]) -> Iterator[tuple[Cell, ...]]:
    for order in orders:
        yield (
            *(order.number, order.placed_at, order.paid_at, label(order.state, "order_state")),
            *(order.full_name, order.email, order.phone, order.shipping_name),
            *(order.city, order.street, order.postal_code),
            "; ".join(line.title for line in order.lines),
            sum(line.quantity for line in order.lines),
            *(order.items_total, order.shipping_total, order.total),
        )


@pages.get("/<number>")
@allowed_to(Permission.SEE_ORDERS)
def show(number: str) -> Response:
    """An order with its history."""
    return shown(number)


@pages.post("/<number>/pack")
@allowed_to(Permission.FULFIL_ORDERS)
def pack(number: str) -> Response:
    """paid -> packing."""

    def change() -> Order:
        return services.orders.start_packing(number, current_user, _seen())

    return answered(number, change, _l("Packing has begun."))


@pages.post("/<number>/ship")
@allowed_to(Permission.FULFIL_ORDERS)
def ship(number: str) -> Response:
    """packing -> shipped, with a tracking number."""

    def change() -> Order:
        parcel = parse(Parcel, request.form, MESSAGES)
        return services.orders.ship(
            number, current_user, parcel.carrier, parcel.tracking_number, parcel.version
        )

    return answered(number, change, _l("The order is shipped; the customer gets an e-mail."))


@pages.post("/<number>/deliver")
@allowed_to(Permission.FULFIL_ORDERS)
def deliver(number: str) -> Response:
    """shipped -> delivered."""

    def change() -> Order:
        return services.orders.mark_delivered(number, current_user, _seen())

    return answered(number, change, _l("The order is delivered."))


@pages.post("/<number>/cancel")
@allowed_to(Permission.CANCEL_ORDERS)
def cancel(number: str) -> Response:
    """Cancel before shipping; money that was paid goes back."""

    def change() -> Order:
        why = parse(Cancellation, request.form, MESSAGES)
        return services.orders.cancel(number, current_user, why.reason, why.version)

    return answered(number, change, _l("The order is cancelled; the customer gets an e-mail."))


@pages.post("/<number>/refund")
@allowed_to(Permission.CANCEL_ORDERS)
def refund(number: str) -> Response:
    """Send the money of a cancelled order back once more."""

    def change() -> Order:
        return services.orders.refund_again(number, current_user, _seen())

    return answered(number, change, _l("The refund is on its way."))


def _seen() -> int | None:
    return parse(Seen, request.form, {}).version
