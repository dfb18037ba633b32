"""Refunds: https://yookassa.ru/developers/payment-acceptance/after-the-payment/refunds

Only of a payment that succeeded; in as many parts as one likes, as long as they do not come to
more than was paid and leave either nothing or a rouble at least.
"""

import json
import sqlite3
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from dev.yookassa_sandbox import fields, listing, payments
from dev.yookassa_sandbox.clock import stamp
from dev.yookassa_sandbox.errors import invalid, not_found
from dev.yookassa_sandbox.fields import Body
from dev.yookassa_sandbox.identifiers import REFUND, new_id
from dev.yookassa_sandbox.money import RUBLE, as_amount, parse_amount
from dev.yookassa_sandbox.payment import Payment
from dev.yookassa_sandbox.receipts import check_receipt, illegal
from dev.yookassa_sandbox.work import Json, Work

UNSUPPORTED = ("sources", "deal", "refund_method_data")


@dataclass(frozen=True)
class Refund:
    """Money on its way back, in kopecks. The sandbox knows at once how a refund ends."""

    id: str
    payment_id: str
    created_at: str
    amount: int
    status: Literal["succeeded", "canceled"]
    description: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    has_receipt: bool = False

    def view(self) -> dict[str, Any]:
        """The object of https://yookassa.ru/developers/api#refund_object"""
        canceled = self.status == "canceled"
        view = {
            "id": self.id,
            "payment_id": self.payment_id,
            "status": self.status,
            "created_at": self.created_at,
            "amount": as_amount(self.amount),
            "description": self.description,
            "metadata": self.metadata,
            "receipt_registration": self.status if self.has_receipt else None,
            # .../after-the-payment/refunds#declined-refunds-cancellation-details-reason
            "cancellation_details": (
                {"party": "yoo_money", "reason": "insufficient_funds"} if canceled else None
            ),
        }
        return {name: value for name, value in view.items() if value is not None}


def create(work: Work, body: Body) -> Json:
    """https://yookassa.ru/developers/api#create_refund"""
    payment = payments.named(work, body.get("payment_id"))
    amount = parse_amount(body.get("amount"), "amount")
    for name in UNSUPPORTED:
        if body.get(name):
            raise invalid(f"The sandbox does not do {name}", name)
    _check_amount(payment, amount)
    has_receipt = _check_receipt(payment, amount, body)
    refund = Refund(
        id=new_id(REFUND, work.now),
        payment_id=payment.id,
        created_at=stamp(work.now),
        amount=amount,
        status="canceled" if work.faults.cancels_refund() else "succeeded",
        description=fields.text(body, "description", 250),
        metadata=fields.metadata(body),
        has_receipt=has_receipt,
    )
    _keep(work, refund, payment)
    return refund.view()


def read(work: Work, refund_id: str) -> Json:
    """https://yookassa.ru/developers/api#get_refund"""
    row = work.db.execute("SELECT document FROM refunds WHERE id = ?", (refund_id,)).fetchone()
    if row is None:
        raise not_found("Refund", "refund_id")
    return _load(row).view()


def page(work: Work, query: listing.Query) -> Json:
    """https://yookassa.ru/developers/api#get_refunds_list, the newest first."""
    rows = work.db.execute(
        "SELECT document FROM refunds"
        " WHERE (:status IS NULL OR status = :status)"
        " AND (:payment_id IS NULL OR payment_id = :payment_id)"
        " AND created_at >= :created_at_gte AND created_at > :created_at_gt"
        " AND created_at <= :created_at_lte AND created_at < :created_at_lt"
        " AND (:cursor IS NULL OR number < (SELECT number FROM refunds WHERE id = :cursor))"
        " ORDER BY number DESC LIMIT :limit + 1",
        query.parameters,
    )
    return listing.as_page([_load(row).view() for row in rows], query.limit)


def _check_amount(payment: Payment, amount: int) -> None:
    # The phrases, and the rouble that must stay: the list of errors named in errors.py. That a
    # refund is of a rouble at least follows from the smallest payment; it is not said there.
    if payment.status != "succeeded":
        raise invalid("Payment can not be refunded in current status", "payment_id")
    if payment.refundable == 0:
        raise invalid("Payment is already completely refunded", "payment_id")
    if amount > payment.refundable:
        raise invalid("Refund sum exceeded", "amount")
    if 0 < payment.refundable - amount < RUBLE:
        raise invalid("Remaining payment amount after refund must be greater than 1.00", "amount")
    if amount < min(RUBLE, payment.refundable):
        raise invalid("Refund for given sum is not available", "amount")


def _check_receipt(payment: Payment, amount: int, body: Body) -> bool:
    # A refund of everything uses the payment's receipt, a refund of a part needs its own:
    # https://yookassa.ru/developers/payment-acceptance/receipts/54fz/yoomoney/refunds
    receipt = fields.section(body, "receipt")
    if receipt is not None:
        check_receipt(receipt, amount)
    elif payment.has_receipt and amount != payment.amount:
        raise illegal()
    return receipt is not None or payment.has_receipt


def _keep(work: Work, refund: Refund, payment: Payment) -> None:
    work.db.execute(
        "INSERT INTO refunds (id, payment_id, status, created_at, document) VALUES (?, ?, ?, ?, ?)",
        (refund.id, payment.id, refund.status, refund.created_at, json.dumps(asdict(refund))),
    )
    work.record("create_refund", refund.id)
    # Only a refund that succeeded is announced: there is no event for one that did not
    # (https://yookassa.ru/developers/using-api/webhooks#events).
    if refund.status == "succeeded":
        payment.refunded += refund.amount
        payments.save(work.db, payment)
        work.announce("refund.succeeded", refund.view())


def _load(row: sqlite3.Row) -> Refund:
    return Refund(**json.loads(row["document"]))
