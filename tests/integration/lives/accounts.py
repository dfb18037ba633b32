"""Roubles: the shop's account of them, and the provider's."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import select

from shop.extensions import db
from shop.models import (
    Order,
    OrderState,
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
    SalesEntry,
)
from shop.services.payments import PaymentGateway

BOUGHT = {OrderState.PAID, OrderState.PACKING, OrderState.SHIPPED, OrderState.DELIVERED}
REFUSED = {"decline", "fail-3ds", "expire_payment", "cancel_payment"}


def roubles_have_a_place(order: Order) -> None:
    """Money that came is what the order costs, or is promised back to the last kopeck."""
    taken = [p for p in order.payments if p.status is PaymentStatus.CAPTURED]
    promised_back = sum(sum(r.amount for r in p.refunds) for p in taken)
    owed = order.total if order.state in BOUGHT else Decimal(0)
    assert sum(p.amount for p in taken) - promised_back == owed
    assert len(taken) <= 1


def the_ledger_has_each_kopeck(orders: list[Order]) -> None:
    """What was paid for an order, and what of it goes back, are entries of the ledger of sales."""
    entries = db.session.scalars(select(SalesEntry).order_by(SalesEntry.id)).all()
    for order in orders:
        of_it = [entry for entry in entries if entry.order_id == order.id]
        promised_back = sum(payment.refunded for payment in order.payments)
        assert _roubles(of_it, is_return=False) == (order.total if order.paid_at else 0)
        assert _roubles(of_it, is_return=True) == (promised_back if order.paid_at else 0)
        assert {entry.is_cancelled for entry in of_it} <= {order.state is OrderState.CANCELLED}


def _roubles(entries: list[SalesEntry], is_return: bool) -> Decimal:
    return Decimal(sum(e.kopecks for e in entries if e.is_return is is_return)) / 100


class Books:
    """What the provider has done since a life began; `older` are the objects of other lives."""

    def __init__(self, told: dict[str, Any], older: set[str]) -> None:
        self.keys = told["keys"]
        self.objects = {key: done for key, done in told["objects"].items() if key not in older}

    def agree_with(self, orders: list[Order]) -> None:
        """Nothing was done twice or for nobody, and what the shop believes did happen."""
        known: list[str] = []
        for order in orders:
            made = [key for payment in order.payments for key in self._made_for(payment)]
            captures = sum(self.objects[key].get("capture_payment", 0) for key in made)
            assert captures <= 1, "a customer pays once"
            known += made
            for payment in order.payments:
                self._agree_on(payment)
                known += [key for refund in payment.refunds for key in self._done(refund)]
        assert sorted(known) == sorted(self.objects)

    def _made_for(self, payment: Payment) -> list[str]:
        """The provider's ids under the payment's key: none before it was asked, then one."""
        made = self._done(payment)
        assert payment.provider_payment_id in {None, *made}
        return made

    def _done(self, asked: Payment | Refund) -> list[str]:
        done = self.keys.get(asked.idempotence_key, {"done": []})["done"]
        assert len(done) <= 1
        return [work["object_id"] for work in done]

    def _agree_on(self, payment: Payment) -> None:
        done = self.objects.get(payment.provider_payment_id or "", {})
        assert set(done.values()) <= {1}
        if payment.status is PaymentStatus.CAPTURED:
            assert "capture_payment" in done
        if payment.status is PaymentStatus.AUTHORISED:
            assert "succeed" in done
        if payment.status is PaymentStatus.CANCELLED:
            assert REFUSED & set(done)
        for refund in payment.refunds:
            assert refund.status is not RefundStatus.CANCELLED
            assert refund.status is RefundStatus.PENDING or self._done(refund)


def all_is_settled(orders: list[Order], gateway: PaymentGateway) -> None:
    """After the jobs have run: no money is held, and none waits to go back."""
    for payment in (payment for order in orders for payment in order.payments):
        assert payment.status is not PaymentStatus.AUTHORISED
        assert {refund.status for refund in payment.refunds} <= {RefundStatus.SUCCEEDED}
        seen = gateway.read(str(payment.provider_payment_id))
        assert (seen.status, seen.amount) == (payment.status, payment.amount)
