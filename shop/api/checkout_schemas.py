"""Placing and paying in the JSON API."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints

from shop.api.answers import ListOut
from shop.api.cart_schemas import BookId, Quantity
from shop.api.order_schemas import OrderOut, PaymentOut
from shop.api.reading import Body
from shop.api.schemas import Money, money
from shop.config import Locale
from shop.models import ShippingMethod
from shop.models.columns import LARGEST_INTEGER
from shop.services.cart_contents import MOST_TITLES
from shop.services.checkout_details import (
    CheckoutDetails,
    City,
    Code,
    Comment,
    FullName,
    Phone,
    PostalCode,
    Street,
)
from shop.services.mail_addresses import Email

CONSENT = "The customer agrees to the processing of personal data, as the page /privacy says."


class ShippingMethodOut(BaseModel):
    """A way of shipping. It costs nothing from `free_from` on, where that is not null."""

    code: str
    name: str
    name_ru: str | None
    description: str
    description_ru: str | None
    price: Money
    free_from: Money | None
    needs_address: bool


class ShippingMethodList(ListOut[ShippingMethodOut]):
    """Ways of shipping, all of them, in the order of the checkout page."""


class SeenTotal(Body):
    """The total that the customer saw."""

    amount: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,8}(\.[0-9]{1,2})?$")]
    currency: Literal["RUB"] = "RUB"


class Contact(Body):
    """Whom an order is for and where it goes to. The address may be empty where the way of
    shipping needs none."""

    email: Email
    phone: Phone
    full_name: FullName
    shipping_method: Code
    city: City = ""
    street: Street = ""
    postal_code: PostalCode = ""
    comment: Comment = ""
    consent: Annotated[Literal[True], Field(description=CONSENT)]
    # Another total than this is not charged: 409 price_changed tells the new one.
    expected_total: SeenTotal | None = None
    # The language of the mails about the order.
    locale: Locale | None = None

    def details(self, key: str) -> CheckoutDetails:
        """What the checkout takes, under a key of its own."""
        known = self.model_dump(include=set(CheckoutDetails.model_fields) - {"expected_total"})
        seen = self.expected_total
        total = None if seen is None else Decimal(seen.amount)
        return CheckoutDetails(**known | {"checkout_key": key, "expected_total": total})


class CheckoutBody(Contact):
    """An order of what is in the cart."""

    # The same key again answers the order of the first time, as Idempotency-Key does.
    checkout_key: Annotated[str | None, StringConstraints(pattern=r"^[A-Za-z0-9_-]{16,64}$")] = None


class WantedLine(Body):
    book_id: BookId
    quantity: Quantity


class OrderBody(Contact):
    """An order that one of the staff takes; `user_id` is the customer's account, if any."""

    lines: Annotated[list[WantedLine], Field(min_length=1, max_length=MOST_TITLES)]
    user_id: Annotated[int | None, Field(ge=1, le=LARGEST_INTEGER)] = None


class PaymentBegun(BaseModel):
    """An order, and the page to pay for it at: `payment.confirmation_url`.

    `payment` is null while the payment service does not answer: POST to `pay_url` in a moment.
    """

    order: OrderOut
    payment: PaymentOut | None
    pay_url: str


class CheckoutOut(PaymentBegun):
    """`token` opens the order for a guest, as X-Order-Token; an account needs none."""

    token: str | None


def shipping_method_out(method: ShippingMethod) -> ShippingMethodOut:
    names = ("code", "name", "name_ru", "description", "description_ru", "needs_address")
    values: dict[str, Any] = {name: getattr(method, name) for name in names}
    free_from = None if method.free_from is None else money(method.free_from)
    return ShippingMethodOut(price=money(method.price), free_from=free_from, **values)
