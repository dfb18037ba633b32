"""What can be done with payments: https://yookassa.ru/developers/api#payment"""

import json
import secrets
import sqlite3
from dataclasses import asdict

from dev.yookassa_sandbox import cards, listing
from dev.yookassa_sandbox.clock import stamp
from dev.yookassa_sandbox.errors import invalid, not_found
from dev.yookassa_sandbox.fields import Body
from dev.yookassa_sandbox.identifiers import PAYMENT, new_id
from dev.yookassa_sandbox.payment import Payment
from dev.yookassa_sandbox.payment_input import Capture, read_capture, read_new_payment
from dev.yookassa_sandbox.receipts import check_receipt, illegal
from dev.yookassa_sandbox.work import Json, Work

GATEWAY_ID = "100700"  # a shop without sub-accounts still has one; the number is made up

DECLINES = {
    "decline": (cards.WITHOUT_MONEY, "insufficient_funds"),
    "fail-3ds": (cards.WITHOUT_3DS, "3d_secure_failed"),
}


def create(work: Work, body: Body, public_url: str) -> Json:
    """A new payment, waiting for its payer on the page at ``confirmation_url``."""
    asked = read_new_payment(body)
    payment_id = new_id(PAYMENT, work.now)
    payment = Payment(
        id=payment_id,
        created_at=stamp(work.now),
        amount=asked.amount,
        capture=asked.capture,
        return_url=asked.return_url,
        confirmation_url=f"{public_url.rstrip('/')}/checkout/{payment_id}",
        gateway_id=asked.gateway_id or GATEWAY_ID,
        deadline=stamp(work.now + work.settings.payment_term),
        description=asked.description,
        metadata=asked.metadata,
        merchant_customer_id=asked.merchant_customer_id,
        locale=asked.locale,
        method_named=asked.method_named,
        has_receipt=asked.has_receipt,
    )
    _insert(work.db, payment)
    work.record("create_payment", payment.id)
    return payment.view(work.settings.shop_id)


def read(work: Work, payment_id: str) -> Json:
    """https://yookassa.ru/developers/api#get_payment"""
    payment = find(work.db, payment_id)
    if payment is None:
        raise not_found("Payment", "payment_id")
    return payment.view(work.settings.shop_id)


def capture(work: Work, payment_id: str, body: Body) -> Json:
    """https://yookassa.ru/developers/api#capture_payment"""
    asked = read_capture(body)
    payment = named(work, payment_id)
    amount_before = payment.amount
    payment.take(asked.amount, work.now)
    _check_capture_receipt(payment, asked, amount_before)
    return _moved(work, payment, "capture_payment")


def cancel(work: Work, payment_id: str) -> Json:
    """https://yookassa.ru/developers/api#cancel_payment"""
    payment = named(work, payment_id)
    payment.cancel_by_merchant()
    return _moved(work, payment, "cancel_payment")


def settle(work: Work, payment: Payment, outcome: str) -> None:
    """What the payer did on the payment page: ``succeed``, ``decline`` or ``fail-3ds``."""
    if outcome == "succeed":
        rrn = f"{secrets.randbelow(10**12):012d}"
        payment.authorise(cards.GOOD, rrn, work.now, work.settings.hold_term)
    else:
        payment.decline(*DECLINES[outcome])
    _moved(work, payment, outcome)


def expire(work: Work, payment: Payment) -> None:
    """End a payment whose time is over. Raises ValueError for one that is final."""
    payment.expire()
    _moved(work, payment, "expire_payment")


def expire_overdue(work: Work) -> None:
    """End every payment whose time is over."""
    rows = work.db.execute(
        "SELECT document FROM payments WHERE deadline <= ? ORDER BY number", (stamp(work.now),)
    )
    for row in rows.fetchall():
        expire(work, _load(row))


def find(db: sqlite3.Connection, payment_id: str) -> Payment | None:
    """A payment by its id."""
    row = db.execute("SELECT document FROM payments WHERE id = ?", (payment_id,)).fetchone()
    return None if row is None else _load(row)


def named(work: Work, payment_id: object) -> Payment:
    """The payment a writing request names. Where such a request names a wrong one, the
    specification has no 404, only 400 (https://yookassa.ru/developers/using-api/openapi-specification).
    """
    payment = find(work.db, payment_id) if isinstance(payment_id, str) else None
    if payment is None:
        raise invalid("Payment not found or forbidden", "payment_id")
    return payment


def save(db: sqlite3.Connection, payment: Payment) -> None:
    """Keep what has become of a payment."""
    db.execute(
        "UPDATE payments SET status = ?, captured_at = ?, deadline = ?, document = ? WHERE id = ?",
        (
            payment.status,
            payment.captured_at,
            payment.deadline,
            json.dumps(asdict(payment)),
            payment.id,
        ),
    )


def page(work: Work, query: listing.Query) -> Json:
    """https://yookassa.ru/developers/api#get_payments_list, the newest first."""
    rows = work.db.execute(
        "SELECT number, document FROM payments"
        " WHERE (:status IS NULL OR status = :status)"
        # every payment here is by bank card
        " AND (:payment_method IS NULL OR :payment_method = 'bank_card')"
        " AND created_at >= :created_at_gte AND created_at > :created_at_gt"
        " AND created_at <= :created_at_lte AND created_at < :created_at_lt"
        " AND (NOT :captured OR (captured_at >= :captured_at_gte"
        " AND captured_at > :captured_at_gt AND captured_at <= :captured_at_lte"
        " AND captured_at < :captured_at_lt))"
        " AND (:cursor IS NULL OR number < (SELECT number FROM payments WHERE id = :cursor))"
        " ORDER BY number DESC LIMIT :limit + 1",
        query.parameters,
    )
    views = [_load(row).view(work.settings.shop_id) for row in rows]
    return listing.as_page(views, query.limit)


def _moved(work: Work, payment: Payment, kind: str) -> Json:
    save(work.db, payment)
    work.record(kind, payment.id)
    view = payment.view(work.settings.shop_id)
    work.announce(f"payment.{payment.status}", view)
    return view


def _check_capture_receipt(payment: Payment, asked: Capture, amount_before: int) -> None:
    # Taking only a part of a payment that had a receipt needs a new one:
    # https://yookassa.ru/developers/payment-acceptance/receipts/54fz/yoomoney/payments
    if asked.receipt is not None:
        check_receipt(asked.receipt, payment.amount)
        payment.has_receipt = True
    elif payment.has_receipt and payment.amount != amount_before:
        raise illegal()


def _insert(db: sqlite3.Connection, payment: Payment) -> None:
    db.execute(
        "INSERT INTO payments (id, status, created_at, deadline, document) VALUES (?, ?, ?, ?, ?)",
        (
            payment.id,
            payment.status,
            payment.created_at,
            payment.deadline,
            json.dumps(asdict(payment)),
        ),
    )


def _load(row: sqlite3.Row) -> Payment:
    return Payment(**json.loads(row["document"]))
