"""From the cart to the payment page, on one page."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from shop.errors import Conflict, Invalid, OutOfStock, PaymentUnavailable, PriceChanged, ShopError
from shop.models import Address, Order
from shop.services.addresses import PLACE
from shop.services.checkout_details import ADDRESS, MISTAKES, CheckoutDetails
from shop.web import consent, locales, order_access
from shop.web.access import public
from shop.web.forms import Form, parse
from shop.web.htmx import page_or_fragment
from shop.web.services import services
from shop.web.visitors import cart_id

pages = Blueprint("checkout", __name__, url_prefix="/checkout")


@pages.get("")
@public
def page() -> Response:
    """The form, with the totals for the way of shipping that is chosen."""
    # Nothing is read from the address but this and which of one's own addresses is filled in: a
    # link that somebody else made must not consent, nor choose the key that an order is found by.
    chosen = request.args.get("shipping_method", "")
    book = _address_book()
    known = {**_known(book), **consent.shown(), "checkout_key": _new_key()}
    known["shipping_method"] = chosen
    return _form(Form(known), book)


@pages.post("")
@public
def place() -> Response:
    """Place the order and go on to the payment page."""
    given = request.form.copy()
    # The total that was shown beside the way of shipping that was chosen.
    given["expected_total"] = given.get(f"total_{given.get('shipping_method', '')}", "0")
    try:
        details = _details(given)
        order = _placed(details)
    except ShopError as problem:
        if problem.status >= 500:
            raise
        return _form(Form(_kept(given, problem), problem), _address_book(), problem.status)
    return pay(order)


def pay(order: Order) -> Response:
    """Send the shopper to the payment page, or to the order with the truth about it."""
    try:
        payment = services.payments.start(order.number)
    except PaymentUnavailable:
        flash(
            _l(
                "Your order is placed and the books are kept for you, but the payment service "
                "does not answer. Try to pay again in a moment."
            ),
            "warning",
        )
    except Conflict:
        # Paid or cancelled meanwhile: the order's page tells.
        pass
    else:
        if payment.is_open and payment.confirmation_url:
            return redirect(payment.confirmation_url, 303)
    return redirect(url_for("orders.show", number=order.number), 303)


def _details(given: MultiDict[str, str]) -> CheckoutDetails:
    """The form; Invalid with all that is wrong or missing, so that nobody is sent back twice."""
    try:
        return parse(CheckoutDetails, given, MISTAKES)
    except Invalid as problem:
        told = {error.field for error in problem.errors}
        missing = [e for e in services.checkout.missing(given) if e.field not in told]
        raise Invalid(problem.detail, (*problem.errors, *missing)) from None


def _placed(details: CheckoutDetails) -> Order:
    cart = cart_id() or ""
    user_id = current_user.id if current_user.is_authenticated else None
    before = services.checkout.placed(details.checkout_key, user_id)
    order = before or services.checkout.place(
        cart, details, user_id=user_id, locale=str(locales.current())
    )
    order_access.grant(order)
    # Sent again, too: the first time may have been cut off before this.
    bought = [line.book_id for line in order.lines if line.book_id]
    services.cart.take_out(cart, bought, order.placed_at)
    _keep_address(order)
    if before and not _says_the_same(details, order):
        flash(_l("This order was placed already, with what you typed first."), "warning")
    return order


def _says_the_same(details: CheckoutDetails, order: Order) -> bool:
    """Whether a form that is sent again asks for what its order has."""
    names = ["email", "phone", "full_name", "comment", *(ADDRESS if order.needs_address else ())]
    asked = [details.shipping_method, *(getattr(details, name) for name in names)]
    return asked == [order.shipping_code, *(getattr(order, name) for name in names)]


def _keep_address(order: Order) -> None:
    """Into the customer's address book, where that is wished."""
    if not (request.form.get("keep_address") and current_user.is_authenticated):
        return
    try:
        services.addresses.keep(current_user, order)
    except Conflict as full:
        flash(str(full.detail), "warning")


def _form(form: Form, book: Sequence[Address], status: int = 200) -> Response:
    cart = services.cart.view(cart_id())
    methods = services.shipping.methods()
    shown = {
        "cart": cart,
        "methods": methods,
        "totals": {m.code: services.checkout.totals(cart.total, m) for m in methods},
        "chosen": form.value("shipping_method") or (methods[0].code if methods else ""),
        "form": form,
        "addresses": book,
        "filled_in": next((each.id for each in book if _fills_in(each, form)), None),
    }
    if status != 200:
        return make_response(render_template("checkout/page.html", **shown), status)
    if "address" in request.args:
        return page_or_fragment("checkout/page.html", "checkout/_address_book.html", **shown)
    return page_or_fragment("checkout/page.html", "checkout/_summary.html", **shown)


def _address_book() -> Sequence[Address]:
    return services.addresses.of_user(current_user) if current_user.is_authenticated else ()


def _known(book: Sequence[Address]) -> dict[str, object]:
    """What the shop knows of somebody who is logged in."""
    if not current_user.is_authenticated:
        return {}
    name = f"{current_user.first_name} {current_user.last_name}".strip()
    return {"email": current_user.email, "full_name": name, **_place(_asked(book))}


def _asked(book: Sequence[Address]) -> Address | None:
    """The address that is asked for, or else the default; none for one that is not in the book."""
    asked = request.args.get("address")
    return next(
        (each for each in book if (each.is_default if asked is None else str(each.id) == asked)),
        None,
    )


def _place(address: Address | None) -> dict[str, object]:
    return {name: getattr(address, name) for name in PLACE} if address else {}


def _fills_in(address: Address, form: Form) -> bool:
    return all(form.value(name) == value for name, value in _place(address).items())


def _kept(given: MultiDict[str, str], problem: ShopError) -> dict[str, str]:
    """What was typed, with a new key where the old one is spoilt or stands for another total."""
    values = consent.kept(given.to_dict())
    bad_key = any(error.field == "checkout_key" for error in problem.errors)
    if bad_key or isinstance(problem, (OutOfStock, PriceChanged)):
        values["checkout_key"] = _new_key()
    return values


def _new_key() -> str:
    return secrets.token_urlsafe(24)
