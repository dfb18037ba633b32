"""A payment: what it is, how it may move, how the API shows it.

The moves (https://yookassa.ru/developers/payment-acceptance/getting-started/payment-process):
pending -> waiting_for_capture -> succeeded, with one stage straight to succeeded; canceled from
the first two. succeeded and canceled are final.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from dev.yookassa_sandbox import cards
from dev.yookassa_sandbox.clock import stamp
from dev.yookassa_sandbox.errors import invalid
from dev.yookassa_sandbox.money import as_amount, rounded

Status = Literal["pending", "waiting_for_capture", "succeeded", "canceled"]

# What is kept back of a payment is a matter of contract. The API's example shows 1.97 of 2.00:
# https://yookassa.ru/developers/api#payment_object_income_amount
FEE = Decimal("0.015")


@dataclass
class Payment:
    """Money is in kopecks, times are texts of :func:`clock.stamp`.

    ``deadline`` is when the present status runs out; the API shows it only while money is held.
    ``card`` is the card that was tried, ``rrn`` the bank's reference once it agreed.
    """

    id: str
    created_at: str
    amount: int
    capture: bool
    return_url: str
    confirmation_url: str
    gateway_id: str
    deadline: str | None
    status: Status = "pending"
    description: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    merchant_customer_id: str | None = None
    locale: str | None = None
    method_named: bool = False
    has_receipt: bool = False
    card: str | None = None
    rrn: str | None = None
    captured_at: str | None = None
    refunded: int = 0
    cancel_party: str | None = None
    cancel_reason: str | None = None

    @property
    def is_pending(self) -> bool:
        """Whether the payer has still to act."""
        return self.status == "pending"

    @property
    def is_paid(self) -> bool:
        """Whether the payer's money is held or taken."""
        return self.status in ("waiting_for_capture", "succeeded")

    @property
    def refundable(self) -> int:
        """Kopecks that may still be given back."""
        return self.amount - self.refunded if self.status == "succeeded" else 0

    def authorise(self, card: str, rrn: str, now: datetime, hold: timedelta) -> None:
        """The payer's bank has agreed: take the money, or hold it if there are two stages."""
        self.card, self.rrn = card, rrn
        if self.capture:
            self._succeed(now)
        else:
            self.status = "waiting_for_capture"
            self.deadline = stamp(now + hold)

    def decline(self, card: str, reason: str) -> None:
        """The payer's bank has refused, for a reason of
        https://yookassa.ru/developers/payment-acceptance/after-the-payment/declined-payments
        """
        self.card = card
        self._cancel("payment_network", reason)

    def take(self, amount: int | None, now: datetime) -> None:
        """Capture ``amount`` kopecks, or all. Of a part, the rest goes back to the payer:
        https://yookassa.ru/developers/payment-acceptance/getting-started/payment-process#capture-partly
        """
        if self.capture:
            raise invalid("You can not capture payment with autocapture", "payment_id")
        if self.status != "waiting_for_capture":
            raise invalid("Payment can not be captured in current status", "payment_id")
        if amount is not None and amount > self.amount:
            raise invalid("Illegal amount for capture", "amount")
        # That the payment's amount then becomes what was captured is not documented in words.
        self.amount = self.amount if amount is None else amount
        self._succeed(now)

    def cancel_by_merchant(self) -> None:
        """Only held money can be let go:
        https://yookassa.ru/developers/payment-acceptance/getting-started/payment-process#cancel
        """
        if self.capture:
            raise invalid("You can not cancel payment with autocapture", "payment_id")
        if self.status != "waiting_for_capture":
            raise invalid("Payment can not be canceled in current status", "payment_id")
        self._cancel("merchant", "canceled_by_merchant")

    def expire(self) -> None:
        """The time for the present status is over:
        https://yookassa.ru/developers/payment-acceptance/after-the-payment/declined-payments
        """
        if self.is_pending:
            self._cancel("yoo_money", "expired_on_confirmation")
        elif self.status == "waiting_for_capture":
            self._cancel("yoo_money", "expired_on_capture")
        else:
            raise ValueError(f"a payment that is {self.status} cannot expire")

    def _succeed(self, now: datetime) -> None:
        self.status = "succeeded"
        self.captured_at = stamp(now)
        self.deadline = None

    def _cancel(self, party: str, reason: str) -> None:
        self.status = "canceled"
        self.cancel_party, self.cancel_reason = party, reason
        self.deadline = None

    def view(self, shop_id: str) -> dict[str, Any]:
        """The object of https://yookassa.ru/developers/api#payment_object"""
        view = {
            "id": self.id,
            "status": self.status,
            "amount": as_amount(self.amount),
            "description": self.description,
            "recipient": {"account_id": shop_id, "gateway_id": self.gateway_id},
            "created_at": self.created_at,
            "captured_at": self.captured_at,
            "expires_at": self.deadline if self.status == "waiting_for_capture" else None,
            "test": True,
            "paid": self.is_paid,
            "refundable": self.refundable > 0,
            "metadata": self.metadata,
            "merchant_customer_id": self.merchant_customer_id,
            "receipt_registration": self._receipt_registration(),
            "confirmation": self._confirmation(),
            "payment_method": self._payment_method(),
            "authorization_details": self._authorization_details(),
            "cancellation_details": self._cancellation_details(),
        } | self._settled_amounts()
        return {name: value for name, value in view.items() if value is not None}

    def _settled_amounts(self) -> dict[str, Any]:
        if self.status != "succeeded":
            return {}
        income = self.amount - rounded(self.amount * FEE)
        return {
            "income_amount": as_amount(income),
            "refunded_amount": as_amount(self.refunded),
        }

    def _confirmation(self) -> dict[str, str] | None:
        # "Present while the payment waits for the user's confirmation":
        # https://yookassa.ru/developers/api#payment_object_confirmation
        if not self.is_pending:
            return None
        return {
            "type": "redirect",
            "return_url": self.return_url,
            "confirmation_url": self.confirmation_url,
        }

    def _payment_method(self) -> dict[str, Any] | None:
        if self.card is None and not self.method_named:
            return None
        return cards.payment_method(self.id, self.card)

    def _authorization_details(self) -> dict[str, Any] | None:
        if self.rrn is None:
            return None
        return {"rrn": self.rrn, "auth_code": "000000", "three_d_secure": {"applied": True}}

    def _cancellation_details(self) -> dict[str, str | None] | None:
        if self.cancel_reason is None:
            return None
        return {"party": self.cancel_party, "reason": self.cancel_reason}

    def _receipt_registration(self) -> str | None:
        # Statuses: https://yookassa.ru/developers/api#payment_object_receipt_registration. When a
        # till answers is up to the till; here it does as soon as the payment is final.
        if not self.has_receipt:
            return None
        return self.status if self.status in ("succeeded", "canceled") else "pending"
