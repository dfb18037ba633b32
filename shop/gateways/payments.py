"""YooKassa through its own SDK, with a deadline and one kind of error.

The SDK (3.13) has an exception for each status and hides others behind its own mistakes. Here
every call ends within the deadline (`yookassa_calls` keeps it), in a `SeenPayment`, a
`SeenRefund`, PaymentUnavailable or, reading what the provider does not have, NotFound.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar
from urllib.parse import quote

from yookassa import Payment as SdkPayment
from yookassa import Refund as SdkRefund
from yookassa.domain.exceptions import (
    ApiError,
    BadRequestError,
    ForbiddenError,
    GoneError,
    NotFoundError,
    UnauthorizedError,
)
from yookassa.domain.request import CapturePaymentRequest, RefundRequest
from yookassa.domain.request import PaymentRequest as SdkPaymentRequest

from shop.errors import NotFound, PaymentUnavailable
from shop.gateways.deadlines import within
from shop.gateways.yookassa_calls import Client, using
from shop.models.payments import PaymentStatus, RefundStatus

logger = logging.getLogger(__name__)
T = TypeVar("T")

# https://yookassa.ru/developers/payment-acceptance/getting-started/payment-process#lifecycle
STATUSES = {
    "pending": PaymentStatus.PENDING,
    "waiting_for_capture": PaymentStatus.AUTHORISED,
    "succeeded": PaymentStatus.CAPTURED,
    "canceled": PaymentStatus.CANCELLED,
}
REFUND_STATUSES = {
    "pending": RefundStatus.PENDING,
    "succeeded": RefundStatus.SUCCEEDED,
    "canceled": RefundStatus.CANCELLED,
}
# Answers that say for sure that nothing was done.
REFUSALS = (BadRequestError, UnauthorizedError, ForbiddenError, NotFoundError, GoneError)
# https://yookassa.ru/developers/payment-acceptance/receipts/54fz/parameters-values#payment-subject
COMMODITY, SERVICE, FULL_PREPAYMENT = "commodity", "service", "full_prepayment"


@dataclass(frozen=True)
class ReceiptItem:
    """A line of the fiscal receipt (54-FZ): price of one in roubles, VAT by YooKassa's code."""

    description: str
    quantity: int
    price: Decimal
    vat_code: int
    service: bool = False


@dataclass(frozen=True)
class Receipt:
    """Who gets it, and what it is for."""

    email: str
    items: tuple[ReceiptItem, ...]


@dataclass(frozen=True)
class PaymentRequest:
    """What a payment is asked for. `reference` comes back in every reading of it."""

    amount: Decimal
    currency: str
    description: str
    return_url: str
    email: str
    items: tuple[ReceiptItem, ...]
    reference: Mapping[str, str]


@dataclass(frozen=True)
class SeenPayment:
    """A payment as the provider shows it now."""

    id: str
    status: PaymentStatus
    amount: Decimal
    currency: str
    confirmation_url: str | None = None
    cancellation_party: str | None = None
    cancellation_reason: str | None = None
    reference: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SeenRefund:
    """A refund as the provider shows it now."""

    id: str
    status: RefundStatus


class YooKassa:
    """Payments and refunds at YooKassa; threads may share it. `timeout` is seconds for one call.

    A call that changes something is safe to repeat with its key: the first result comes again.
    """

    def __init__(self, shop_id: str, secret_key: str, api_url: str, timeout: float) -> None:
        self.timeout = timeout
        client = Client(shop_id, secret_key, api_url, timeout)
        self._payments = using(client, SdkPayment)
        self._refunds = using(client, SdkRefund)

    def create(self, wanted: PaymentRequest, key: str) -> SeenPayment:
        """Ask for a payment in two steps: the money is held, and taken by `capture`."""
        request = SdkPaymentRequest(
            {
                "amount": _money(wanted.amount, wanted.currency),
                "capture": False,
                "confirmation": {"type": "redirect", "return_url": wanted.return_url},
                "description": wanted.description[:128],
                "metadata": dict(wanted.reference),
                "receipt": _receipt(wanted.email, wanted.items, wanted.currency),
            }
        )
        return self._call(lambda: _seen(self._payments.create(request, key)), changes=True)

    def read(self, payment_id: str) -> SeenPayment:
        """The payment as it is now. NotFound when the provider has none of that id."""
        # Ids come in notifications too; nobody outside chooses the address that we ask.
        path = quote(payment_id, safe="")
        return self._call(lambda: _seen(self._payments.find_one(path)), changes=False)

    def capture(self, payment_id: str, amount: Decimal, currency: str, key: str) -> SeenPayment:
        """Take the money that is held."""
        request = CapturePaymentRequest({"amount": _money(amount, currency)})
        return self._call(
            lambda: _seen(self._payments.capture(payment_id, request, key)), changes=True
        )

    def cancel(self, payment_id: str, key: str) -> SeenPayment:
        """Let go of the money that is held."""
        return self._call(lambda: _seen(self._payments.cancel(payment_id, key)), changes=True)

    def refund(
        self,
        payment_id: str,
        amount: Decimal,
        currency: str,
        key: str,
        receipt: Receipt | None = None,
    ) -> SeenRefund:
        """Give captured money back. A part of it needs a receipt of its own."""
        asked: dict[str, Any] = {"payment_id": payment_id, "amount": _money(amount, currency)}
        if receipt is not None:
            asked["receipt"] = _receipt(receipt.email, receipt.items, currency)
        request = RefundRequest(asked)
        return self._call(lambda: _seen_refund(self._refunds.create(request, key)), changes=True)

    def read_refund(self, refund_id: str) -> SeenRefund:
        """The refund as it is now. NotFound when the provider has none of that id."""
        path = quote(refund_id, safe="")
        return self._call(lambda: _seen_refund(self._refunds.find_one(path)), changes=False)

    def _call(self, call: Callable[[], T], *, changes: bool) -> T:
        """Run one call. `changes`: a failure leaves the outcome unknown unless it was a refusal."""
        try:
            return within(self.timeout, call)
        except NotFoundError as missing:
            if not changes:
                raise NotFound("The payment service has no such payment.") from missing
            raise _refused(missing) from missing
        except REFUSALS as refusal:
            raise _refused(refusal) from refusal
        except Exception as error:
            # NoAnswer, a status that promises nothing, or an object that the SDK cannot read.
            logger.warning("YooKassa did not answer as it should: %r", error)
            raise PaymentUnavailable(repr(error), unknown=changes) from error


def _refused(refusal: ApiError) -> PaymentUnavailable:
    logger.warning("YooKassa refused: %s", refusal)
    return PaymentUnavailable(str(refusal), unknown=False)


def _money(amount: Decimal, currency: str) -> dict[str, str]:
    return {"value": f"{amount:.2f}", "currency": currency}


def _receipt(email: str, items: Iterable[ReceiptItem], currency: str) -> dict[str, Any]:
    return {
        "customer": {"email": email},
        "items": [
            {
                "description": item.description[:128],
                "quantity": f"{item.quantity}.00",
                "amount": _money(item.price, currency),
                "vat_code": item.vat_code,
                "payment_mode": FULL_PREPAYMENT,
                "payment_subject": SERVICE if item.service else COMMODITY,
            }
            for item in items
        ],
    }


def _seen(answer: Any) -> SeenPayment:
    details = answer.cancellation_details
    return SeenPayment(
        id=answer.id,
        status=STATUSES[answer.status],
        amount=Decimal(str(answer.amount.value)),
        currency=answer.amount.currency,
        confirmation_url=getattr(answer.confirmation, "confirmation_url", None),
        cancellation_party=details.party if details else None,
        cancellation_reason=details.reason if details else None,
        reference=dict(answer.metadata or {}),
    )


def _seen_refund(answer: Any) -> SeenRefund:
    return SeenRefund(answer.id, REFUND_STATUSES[answer.status])
