"""Orders in the JSON API, as they are answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from shop.api.answers import ListOut
from shop.api.schemas import Money, money
from shop.models import (
    Order,
    OrderEvent,
    OrderLine,
    OrderState,
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
    Shipment,
)
from shop.web.services import services


class OrderLineOut(BaseModel):
    """One title, as it was when the order was placed. `book_id` is null where the shop has the
    book no more."""

    id: int
    book_id: int | None
    title: str
    isbn: str | None
    authors: str
    quantity: int
    # Of one copy.
    price: Money
    total: Money


class RefundOut(BaseModel):
    amount: Money
    status: RefundStatus
    created_at: datetime


class PaymentOut(BaseModel):
    """An attempt to pay. `confirmation_url` is the page to pay at, null where there is none now."""

    status: PaymentStatus
    amount: Money
    confirmation_url: str | None
    # Why it did not go through, in YooKassa's words.
    cancellation_reason: str | None
    created_at: datetime
    refunds: list[RefundOut]


class ShipmentOut(BaseModel):
    carrier: str
    tracking_number: str
    shipped_at: datetime


class OrderEventOut(BaseModel):
    """A step. Who took it and why is for the staff."""

    at: datetime
    kind: str
    from_state: OrderState | None
    to_state: OrderState | None
    actor: str = ""
    note: str = ""


class OrderOut(BaseModel):
    """An order. `payment` is the latest attempt to pay, null where nobody has begun one."""

    number: str
    # The order's page in the shop.
    url: str
    state: OrderState
    placed_at: datetime
    updated_at: datetime
    # When it is cancelled for want of a payment, as long as it waits for one.
    expires_at: datetime | None
    paid_at: datetime | None
    email: str
    phone: str
    full_name: str
    shipping_method: str
    shipping_name: str
    city: str
    street: str
    postal_code: str
    comment: str
    lines: list[OrderLineOut]
    items_total: Money
    shipping_total: Money
    total: Money
    # On its way back to the customer, or there.
    refunded: Money
    payment: PaymentOut | None
    shipment: ShipmentOut | None
    # For the staff: the customer's account, null where it was a guest.
    user_id: int | None = None
    # With include=events.
    events: list[OrderEventOut] = []
    # With include=payments: all attempts.
    payments: list[PaymentOut] = []


class OrderList(ListOut[OrderOut]):
    """Orders."""


class OrderLineList(ListOut[OrderLineOut]):
    """The lines of an order, all of them."""


# What an order has under the same name.
PLAIN = (
    *("number", "state", "placed_at", "updated_at", "paid_at", "email", "phone", "full_name"),
    *("shipping_name", "city", "street", "postal_code", "comment"),
)
SUMS = ("items_total", "shipping_total", "total", "refunded")


def order_out(order: Order, *, for_staff: bool, include: list[str]) -> OrderOut:
    """An order as the API shows it; `include` names what is added."""
    values: dict[str, Any] = {name: getattr(order, name) for name in PLAIN}
    values |= {name: money(getattr(order, name), order.currency) for name in SUMS}
    if for_staff:
        values["user_id"] = order.user_id
    if "events" in include:
        values["events"] = [_event_out(event, for_staff=for_staff) for event in order.events]
    if "payments" in include:
        values["payments"] = [payment_out(each, order) for each in order.payments]
    waits = order.state is OrderState.PENDING_PAYMENT
    return OrderOut(
        url=services.order_links.page(order),
        expires_at=order.expires_at if waits else None,
        shipping_method=order.shipping_code,
        lines=[line_out(line, order) for line in order.lines],
        payment=payment_out(order.payment, order) if order.payment else None,
        shipment=_shipment_out(order.shipment) if order.shipment else None,
        **values,
    )


def line_out(line: OrderLine, order: Order) -> OrderLineOut:
    names = ("id", "book_id", "title", "isbn", "authors", "quantity")
    return OrderLineOut(
        **{name: getattr(line, name) for name in names},
        price=money(line.price, order.currency),
        total=money(line.total, order.currency),
    )


def payment_out(payment: Payment, order: Order) -> PaymentOut:
    # Paying for an order that is cancelled or paid would only be sent back.
    payable = payment.is_open and order.state is OrderState.PENDING_PAYMENT
    return PaymentOut(
        status=payment.status,
        amount=money(payment.amount, payment.currency),
        confirmation_url=payment.confirmation_url if payable else None,
        cancellation_reason=payment.cancellation_reason,
        created_at=payment.created_at,
        refunds=[_refund_out(refund) for refund in payment.refunds],
    )


def _refund_out(refund: Refund) -> RefundOut:
    return RefundOut(
        amount=money(refund.amount, refund.currency),
        status=refund.status,
        created_at=refund.created_at,
    )


def _shipment_out(shipment: Shipment) -> ShipmentOut:
    names = ("carrier", "tracking_number", "shipped_at")
    return ShipmentOut(**{name: getattr(shipment, name) for name in names})


def _event_out(event: OrderEvent, *, for_staff: bool) -> OrderEventOut:
    names = ("at", "kind", "from_state", "to_state", *(("actor", "note") if for_staff else ()))
    return OrderEventOut(**{name: getattr(event, name) for name in names})
