"""Parcels that came back, and money that goes back to whoever paid."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from flask import Blueprint, request
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from pydantic import BeforeValidator, Field
from werkzeug.wrappers import Response

from shop.errors import FieldError, Invalid
from shop.models import Order, Permission
from shop.services.order_returns import GivenBack
from shop.views.admin.order_page import Seen, answered
from shop.views.admin.orders import Reason
from shop.web.access import allowed_to
from shop.web.forms import LOOK_AGAIN, Typed, parse
from shop.web.services import services

pages = Blueprint("admin_order_returns", __name__, url_prefix="/admin/orders/<number>")

COPIES = "copies-"


def _nothing(value: object) -> object:
    return value or "0"


class Return(Seen):
    return_reason: Reason
    money: GivenBack
    restock: bool = False


class PartOfTheMoney(Seen):
    refund_reason: Reason
    amount: Annotated[
        Decimal, Typed, BeforeValidator(_nothing), Field(ge=0, max_digits=10, decimal_places=2)
    ] = Decimal(0)


MESSAGES = {
    "return_reason": _l("Say why in a few words; it stays in the history."),
    "refund_reason": _l("Say why in a few words; it stays in the history."),
    "money": _l("Choose what goes back."),
}


@pages.post("/return")
@allowed_to(Permission.CANCEL_ORDERS)
def take_back(number: str) -> Response:
    """shipped or delivered -> returned."""

    def change() -> Order:
        given = parse(Return, request.form, MESSAGES)
        return services.order_returns.take_back(
            number,
            given.version,
            current_user,
            given.return_reason,
            restock=given.restock,
            refund=given.money,
        )

    return answered(number, change, _l("The parcel is back."))


@pages.post("/refunds")
@allowed_to(Permission.CANCEL_ORDERS)
def refund_part(number: str) -> Response:
    """Money for some of the copies, or a sum."""

    def change() -> Order:
        given = parse(PartOfTheMoney, request.form, MESSAGES)
        return services.order_returns.refund_part(
            number,
            given.version,
            current_user,
            given.refund_reason,
            copies=_copies(),
            amount=given.amount,
        )

    return answered(number, change, _l("The refund is on its way."))


def _copies() -> dict[int, int]:
    """How many copies of each line, by its id."""
    given = {
        name.removeprefix(COPIES): text.strip()
        for name, text in request.form.items()
        if name.startswith(COPIES) and text.strip()
    }
    wrong = [key for key, text in given.items() if not _is_number(key) or not _is_number(text)]
    if wrong:
        message = _l("Type a whole number.")
        raise Invalid(LOOK_AGAIN, tuple(FieldError(f"{COPIES}{key}", message) for key in wrong))
    return {int(key): int(text) for key, text in given.items()}


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10
