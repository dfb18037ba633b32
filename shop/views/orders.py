"""An order, for the one who placed it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from shop.errors import PaymentUnavailable
from shop.views import checkout
from shop.web import order_access
from shop.web.access import owner_only
from shop.web.htmx import page_or_fragment, wants_fragment
from shop.web.services import services

pages = Blueprint("orders", __name__, url_prefix="/orders")


@pages.get("/<number>")
@owner_only
def show(number: str) -> Response:
    """The order. A link with a token is used once: the address without it can be shared safely."""
    token = request.args.get("token", "")
    order = order_access.find(number, token)
    if token:
        return redirect(url_for("orders.show", number=order.number), 303)
    if wants_fragment() and request.args.get("seen") == order.stamp:
        # The page asks again and again, and has what there is to show.
        return Response(status=204)
    return page_or_fragment("orders/page.html", "orders/_order.html", order=order)


@pages.get("/<number>/return")
@owner_only
def returned(number: str) -> Response:
    """Back from the payment page: the provider is asked, for the address proves nothing."""
    order = order_access.find(number, request.args.get("token", ""))
    try:
        services.payments.look(order.number)
    except PaymentUnavailable:
        flash(
            _l("The payment service has not answered yet. This page will show the outcome."),
            "warning",
        )
    return redirect(url_for("orders.show", number=order.number), 303)


@pages.post("/<number>/pay")
@owner_only
def pay(number: str) -> Response:
    """Pay, or try again after a payment that did not go through."""
    return checkout.pay(order_access.find(number))
