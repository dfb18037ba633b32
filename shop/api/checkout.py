"""From the cart to the payment page."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint
from flask_login import current_user

from shop.api.answers import Answer, listed
from shop.api.checkout_schemas import (
    CheckoutBody,
    CheckoutOut,
    PaymentBegun,
    ShippingMethodList,
    shipping_method_out,
)
from shop.api.operations import operation
from shop.api.order_access import HEADERS as ORDER_HEADERS
from shop.api.order_access import TOKEN_HEADER, LinkToken, opens_order, order_address
from shop.api.order_schemas import order_out, payment_out
from shop.api.repeats import digest_of, idempotency_key, sender
from shop.errors import Conflict, PaymentUnavailable
from shop.models import Order, Payment, Permission
from shop.repositories.paging import MAX_LIMIT, Page
from shop.web import locales
from shop.web.access import owner_only, public
from shop.web.services import services
from shop.web.visitors import TOKEN_HEADER as CART_TOKEN_HEADER
from shop.web.visitors import cart_id

api = Blueprint("api_checkout", __name__, url_prefix="/api/v1")

HEADERS = {CART_TOKEN_HEADER: "A guest's cart."}


@api.get("/shipping-methods")
@public
@operation("checkout", answer=ShippingMethodList)
def shipping_methods() -> Answer:
    """The ways of shipping: a checkout names one by its code."""
    shown = [shipping_method_out(method) for method in services.shipping.methods()]
    return Answer(listed(Page(shown, len(shown), 1, MAX_LIMIT), shown, walked=False))


@api.post("/checkout")
@public
@operation(
    "checkout",
    body=CheckoutBody,
    answer=CheckoutOut,
    status=201,
    keyed=True,
    headers=HEADERS,
    errors=(409,),
    sends=("Location", TOKEN_HEADER),
)
def place(body: CheckoutBody) -> Answer:
    """Order what is in the cart, and begin to pay.

    The copies are promised for as long as the order waits for its payment. 409 out_of_stock,
    price_changed, or conflict for an empty cart.
    """
    cart = cart_id() or ""
    user_id = current_user.id if current_user.is_authenticated else None
    locale = str(body.locale or locales.current())
    details = body.details(_key(body.checkout_key))
    order = services.checkout.place(cart, details, user_id=user_id, locale=locale)
    # Sent again, too: the first time may have been cut off before this.
    bought = [line.book_id for line in order.lines if line.book_id]
    services.cart.take_out(cart, bought, order.placed_at)
    return _placed(order.number, for_guest=user_id is None)


@api.post("/orders/<number>/pay")
@owner_only
@opens_order(Permission.EDIT_ORDERS)
@operation(
    "checkout",
    answer=PaymentBegun,
    query={"token": LinkToken},
    keyed=True,
    headers=ORDER_HEADERS,
)
def pay(order: Order, token: LinkToken) -> Answer:
    """Begin to pay, or try again after a payment that did not go through.

    Safe to repeat: what is begun is used again. 409 for an order that does not wait for a payment,
    503 payment_unavailable while the payment service does not answer.
    """
    services.payments.start(order.number)
    found = services.orders.by_number(order.number)
    return Answer(PaymentBegun(**_begun(found, found.payment)), entity=found)


def _placed(number: str, *, for_guest: bool) -> Answer:
    order, payment = _with_payment(number)
    token = services.order_links.token(order) if for_guest else None
    body = CheckoutOut(token=token, **_begun(order, payment))
    headers = {TOKEN_HEADER: token} if token else {}
    return Answer(body, entity=order, location=order_address(order), headers=headers)


def _with_payment(number: str) -> tuple[Order, Payment | None]:
    """The order and its payment; none while the payment service does not answer."""
    try:
        services.payments.start(number)
    except PaymentUnavailable:
        return services.orders.by_number(number), None
    except Conflict:
        # Sent again, and paid or cancelled meanwhile.
        pass
    order = services.orders.by_number(number)
    return order, order.payment


def _begun(order: Order, payment: Payment | None) -> dict[str, Any]:
    return {
        "order": order_out(order, for_staff=False, include=[]),
        "payment": payment_out(payment, order) if payment else None,
        "pay_url": f"{order_address(order)}/pay",
    }


def _key(given: str | None) -> str:
    """The order's key. Whoever chooses it is part of it: a short-sighted client's key must not
    lead to the order of another who chose the same."""
    chosen = given or idempotency_key() or secrets.token_urlsafe(24)
    return digest_of("placing", sender(), chosen)
