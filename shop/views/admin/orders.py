"""Orders, for staff: list, history, pack, ship."""

from __future__ import annotations

from typing import Annotated

from flask import Blueprint, flash, make_response, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from pydantic import BaseModel, ConfigDict, StringConstraints
from werkzeug.wrappers import Response

from shop.errors import Conflict, IllegalMove, Invalid
from shop.models import Order, OrderState, Permission
from shop.repositories.order_filters import OrderFilters
from shop.web.access import allowed_to
from shop.web.forms import Form, parse
from shop.web.htmx import after_post, page_or_fragment, wants_fragment
from shop.web.listing import asked
from shop.web.services import services

pages = Blueprint("admin_orders", __name__, url_prefix="/admin/orders")

PER_PAGE = 30
STATES = [str(state) for state in OrderState]
ONE_LINE = r"^[^\x00-\x1f]*$"
Word = Annotated[str, StringConstraints(max_length=100, pattern=ONE_LINE)]


class Parcel(BaseModel):
    """How a parcel went off."""

    model_config = ConfigDict(str_strip_whitespace=True)

    carrier: Word = ""
    tracking_number: Annotated[Word, StringConstraints(min_length=1)]


class Cancellation(BaseModel):
    model_config = ConfigDict(str_strip_whitespace=True)

    reason: Annotated[str, StringConstraints(min_length=3, max_length=300, pattern=ONE_LINE)]


MESSAGES = {
    "tracking_number": _l("Type the tracking number; the customer gets it by e-mail."),
    "carrier": _l("At most 100 characters."),
    "reason": _l("Say why in a few words; it stays in the history."),
}
MOVED_ON = _l("The order has changed meanwhile: look at its state before you go on.")


@pages.get("")
@allowed_to(Permission.SEE_ORDERS)
def index() -> Response:
    """The newest orders first, by state, by number, e-mail or name, and by any other filter."""
    state = request.args.get("state", "")
    known = OrderState(state) if state in STATES else None
    wanted = asked(OrderFilters, **({"state__eq": state} if known else {}))
    return page_or_fragment(
        "admin/orders/page.html",
        "admin/orders/_list.html",
        orders=services.orders.find(wanted.filters, wanted.page, PER_PAGE),
        counts=services.orders.state_counts(),
        state=known,
        states=list(OrderState),
        wanted=wanted,
    )


@pages.get("/<number>")
@allowed_to(Permission.SEE_ORDERS)
def show(number: str) -> Response:
    """An order with its history."""
    return page_or_fragment(
        "admin/orders/order.html",
        "admin/orders/_order.html",
        order=services.orders.by_number(number),
        form=Form({}),
    )


@pages.post("/<number>/pack")
@allowed_to(Permission.FULFIL_ORDERS)
def pack(number: str) -> Response:
    """paid -> packing."""
    try:
        order = services.orders.start_packing(number, current_user)
    except Conflict as problem:
        return _refused(number, problem)
    return _done(order, _l("Packing has begun."))


@pages.post("/<number>/ship")
@allowed_to(Permission.FULFIL_ORDERS)
def ship(number: str) -> Response:
    """packing -> shipped, with a tracking number."""
    try:
        parcel = parse(Parcel, request.form, MESSAGES)
        order = services.orders.ship(number, current_user, parcel.carrier, parcel.tracking_number)
    except (Invalid, Conflict) as problem:
        return _refused(number, problem)
    return _done(order, _l("The order is shipped; the customer gets an e-mail."))


@pages.post("/<number>/deliver")
@allowed_to(Permission.FULFIL_ORDERS)
def deliver(number: str) -> Response:
    """shipped -> delivered."""
    try:
        order = services.orders.mark_delivered(number, current_user)
    except Conflict as problem:
        return _refused(number, problem)
    return _done(order, _l("The order is delivered."))


@pages.post("/<number>/cancel")
@allowed_to(Permission.CANCEL_ORDERS)
def cancel(number: str) -> Response:
    """Cancel before shipping; money that was paid goes back."""
    try:
        why = parse(Cancellation, request.form, MESSAGES)
        order = services.orders.cancel(number, current_user, why.reason)
    except (Invalid, Conflict) as problem:
        return _refused(number, problem)
    return _done(order, _l("The order is cancelled; the customer gets an e-mail."))


@pages.post("/<number>/refund")
@allowed_to(Permission.CANCEL_ORDERS)
def refund(number: str) -> Response:
    """Send the money of a cancelled order back once more."""
    try:
        order = services.orders.refund_again(number, current_user)
    except Conflict as problem:
        return _refused(number, problem)
    return _done(order, _l("The refund is on its way."))


def _done(order: Order, notice: object) -> Response:
    if not wants_fragment():
        flash(str(notice), "success")
    return after_post(
        "admin/orders/_order.html",
        url_for("admin_orders.show", number=order.number),
        order=services.orders.by_number(order.number),
        form=Form({}),
        notice=notice,
    )


def _refused(number: str, problem: Invalid | Conflict) -> Response:
    """The order as it is now, with what was typed and why it was refused."""
    if isinstance(problem, IllegalMove):
        problem.detail = MOVED_ON
    template = "admin/orders/_order.html" if wants_fragment() else "admin/orders/order.html"
    page = render_template(
        template,
        order=services.orders.by_number(number),
        form=Form(request.form, problem),
    )
    return make_response(page, problem.status)
