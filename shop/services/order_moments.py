"""An order as it was at some moment: out of its history, its payments and the trail of changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from shop.errors import NotFound
from shop.models import Order, OrderEvent, OrderState, Payment, PaymentStatus, RefundStatus
from shop.repositories.audit import AuditRepository
from shop.repositories.base import Sessions
from shop.repositories.orders import OrderRepository
from shop.services.base import EntityBaseService
from shop.services.order_changes import NOUN, facts


@dataclass(frozen=True)
class LineThen:
    title: str
    isbn: str | None
    quantity: int
    price: Decimal

    @property
    def total(self) -> Decimal:
        return self.price * self.quantity


@dataclass(frozen=True)
class RefundThen:
    amount: Decimal
    status: RefundStatus


@dataclass(frozen=True)
class PaymentThen:
    amount: Decimal
    status: PaymentStatus
    refunds: Sequence[RefundThen]


@dataclass(frozen=True)
class ShipmentThen:
    carrier: str
    tracking_number: str


@dataclass(frozen=True)
class OrderThen:
    """What the order was `at` that moment; `events` had happened by then, the newest first."""

    number: str
    at: datetime
    state: OrderState
    lines: Sequence[LineThen]
    items_total: Decimal
    shipping_total: Decimal
    total: Decimal
    payments: Sequence[PaymentThen]
    shipment: ShipmentThen | None
    events: Sequence[OrderEvent]

    @property
    def refunded(self) -> Decimal:
        """Roubles that had gone back, or were on their way."""
        refunds = (refund for payment in self.payments for refund in payment.refunds)
        given = (each.amount for each in refunds if each.status is not RefundStatus.CANCELLED)
        return sum(given, Decimal("0.00"))


class OrderMomentService(EntityBaseService[Order]):
    def __init__(self, session: Sessions, orders: OrderRepository, audit: AuditRepository) -> None:
        super().__init__(session, orders)
        self.orders = orders
        self.audit = audit

    def as_of(self, number: str, moment: datetime) -> OrderThen:
        """The order as it was then; NotFound for a moment before it was placed."""
        with self.transaction():
            order = self.orders.by_number(number)
            if moment < order.placed_at:
                raise NotFound("This order was not placed yet.")
            then = self._facts(order, moment)
        events = [event for event in order.events if event.at <= moment]
        return OrderThen(
            number=order.number,
            at=moment,
            state=_state(events, order),
            lines=[_line(line) for line in then["lines"]],
            items_total=Decimal(then["items_total"]),
            shipping_total=Decimal(then["shipping_total"]),
            total=Decimal(then["total"]),
            payments=[_payment(p, order, moment) for p in order.payments if p.created_at <= moment],
            shipment=_shipment(order, moment),
            events=events[::-1],
        )

    def _facts(self, order: Order, moment: datetime) -> Mapping[str, Any]:
        """What the order holds now, with every later change taken back, the last one first."""
        then = facts(order)
        for entry in self.audit.since(NOUN, order.id, moment):
            then |= entry.before
        return then


def _state(events: Sequence[OrderEvent], order: Order) -> OrderState:
    """Where the last step up to then had led to."""
    states = [event.to_state for event in events if event.to_state is not None]
    return OrderState(states[-1]) if states else OrderState(order.events[0].to_state or order.state)


def _line(line: Mapping[str, Any]) -> LineThen:
    return LineThen(line["title"], line["isbn"], line["quantity"], Decimal(line["price"]))


def _payment(payment: Payment, order: Order, moment: datetime) -> PaymentThen:
    """A payment moves twice at most, and is not written any more once it has ended."""
    status = payment.status
    if payment.updated_at > moment:
        events = (e for e in order.events if payment.created_at <= e.at <= moment)
        approved = any(event.kind == "payment_authorised" for event in events)
        status = PaymentStatus.AUTHORISED if approved else PaymentStatus.PENDING
    refunds = [
        RefundThen(
            refund.amount,
            refund.status
            if refund.settled_at is not None and refund.settled_at <= moment
            else RefundStatus.PENDING,
        )
        for refund in payment.refunds
        if refund.created_at <= moment
    ]
    return PaymentThen(payment.amount, status, refunds)


def _shipment(order: Order, moment: datetime) -> ShipmentThen | None:
    sent = order.shipment
    if sent is None or sent.shipped_at > moment:
        return None
    return ShipmentThen(sent.carrier, sent.tracking_number)
