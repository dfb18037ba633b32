"""Whose an order is on the pages: its customer's, or whoever's that came by its link."""

from __future__ import annotations

from flask import session
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from shop.errors import NotFound
from shop.models import Order
from shop.models.columns import utcnow
from shop.web.services import services

GRANTS = "orders"
# A session cookie has room for 4096 bytes; nobody looks at more guest orders at once.
MOST_GRANTS = 20


def grant(order: Order) -> None:
    """Let this browser see the order from now on."""
    granted = [number for number in session.get(GRANTS, []) if number != order.number]
    session[GRANTS] = [*granted, order.number][-MOST_GRANTS:]
    session.permanent = True


def find(number: str, token: str = "") -> Order:
    """The order, if this visitor may see it. NotFound alike for one that is not theirs."""
    missing = NotFound(
        _l("There is no such order, or it is not yours. Open it with the link in our e-mail.")
    )
    try:
        order = services.orders.by_number(number.upper())
    except NotFound:
        raise missing from None
    if services.order_links.opens(token, order):
        grant(order)
    elif not is_theirs(order):
        raise missing
    return order


def is_theirs(order: Order) -> bool:
    """Whether it is this account's, or this browser came by its link before."""
    if current_user.is_authenticated and order.user_id == current_user.id:
        return True
    return order.number in session.get(GRANTS, []) and utcnow() < order.link_expires_at
