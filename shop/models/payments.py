"""Attempts to pay for an order, and money given back."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.errors import IllegalMove
from shop.extensions import Base
from shop.models.columns import Id, Instant, Money, choice, utcnow

if TYPE_CHECKING:
    from shop.models.orders import Order


class PaymentStatus(StrEnum):
    PENDING = "pending"
    # The money is held on the payer's card (YooKassa: waiting_for_capture).
    AUTHORISED = "authorised"
    # The money is taken (YooKassa: succeeded).
    CAPTURED = "captured"
    CANCELLED = "cancelled"


class RefundStatus(StrEnum):
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    CANCELLED = "cancelled"


OPEN = (PaymentStatus.PENDING, PaymentStatus.AUTHORISED)


def new_key() -> str:
    return str(uuid4())


class Payment(Base):
    """One attempt to pay. The keys make every call to the provider safe to repeat."""

    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        # A customer pays once: one open attempt for an order at a time.
        Index(
            "uq_payments_open_order_id",
            "order_id",
            unique=True,
            postgresql_where=text("status IN ('pending', 'authorised')"),
        ),
    )

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), index=True)
    status: Mapped[PaymentStatus] = mapped_column(
        choice(PaymentStatus, "status"), default=PaymentStatus.PENDING
    )
    amount: Mapped[Money]
    currency: Mapped[str] = mapped_column(String(3), default="RUB")
    idempotence_key: Mapped[str] = mapped_column(String(64), unique=True, default=new_key)
    capture_key: Mapped[str] = mapped_column(String(64), default=new_key)
    cancel_key: Mapped[str] = mapped_column(String(64), default=new_key)
    # None while the outcome of the creating call is unknown.
    provider_payment_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    confirmation_url: Mapped[str | None] = mapped_column(String(500))
    cancellation_party: Mapped[str | None] = mapped_column(String(50))
    cancellation_reason: Mapped[str | None] = mapped_column(String(80))
    created_at: Mapped[Instant] = mapped_column(default=utcnow)
    updated_at: Mapped[Instant] = mapped_column(default=utcnow, onupdate=utcnow)

    order: Mapped[Order] = relationship(lazy="raise_on_sql", back_populates="payments")
    refunds: Mapped[list[Refund]] = relationship(
        lazy="raise_on_sql", order_by="Refund.id", cascade="all, delete-orphan"
    )

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def outcome_unknown(self) -> bool:
        """The provider was asked and we do not know what it did."""
        return self.status is PaymentStatus.PENDING and self.provider_payment_id is None

    @property
    def refundable(self) -> Decimal:
        """Roubles captured and not given back, or promised back, yet."""
        if self.status is not PaymentStatus.CAPTURED:
            return Decimal("0.00")
        return self.amount - self.refunded

    @property
    def refunded(self) -> Decimal:
        """Roubles given back, or promised back."""
        given = (r.amount for r in self.refunds if r.status is not RefundStatus.CANCELLED)
        return sum(given, Decimal("0.00"))

    @property
    def returned(self) -> Decimal:
        """Roubles given back, as the provider says."""
        given = (r.amount for r in self.refunds if r.status is RefundStatus.SUCCEEDED)
        return sum(given, Decimal("0.00"))

    def mark_created(self, provider_payment_id: str, confirmation_url: str | None) -> None:
        """The provider has it. Saying so again is harmless."""
        if self.provider_payment_id not in (None, provider_payment_id):
            raise IllegalMove("This payment is known under another id.")
        self.provider_payment_id = provider_payment_id
        self.confirmation_url = confirmation_url or self.confirmation_url

    def mark_authorised(self) -> None:
        self._move((PaymentStatus.PENDING,), PaymentStatus.AUTHORISED)

    def mark_captured(self) -> None:
        self._move(OPEN, PaymentStatus.CAPTURED)

    def mark_cancelled(self, party: str | None, reason: str | None) -> None:
        self._move(OPEN, PaymentStatus.CANCELLED)
        self.cancellation_party = party
        self.cancellation_reason = reason

    def refund(self, amount: Decimal, reason: str) -> Refund:
        """Promise `amount` roubles back; at most what is left."""
        if not 0 < amount <= self.refundable:
            raise IllegalMove(f"{amount} cannot be refunded: {self.refundable} is left.")
        refund = Refund(
            amount=amount, currency=self.currency, reason=reason, status=RefundStatus.PENDING
        )
        self.refunds.append(refund)
        return refund

    def _move(self, allowed: tuple[PaymentStatus, ...], status: PaymentStatus) -> None:
        if self.status not in allowed:
            raise IllegalMove(f"A payment in state {self.status} cannot become {status}.")
        self.status = status


class Refund(Base):
    """Money given back."""

    __tablename__ = "refunds"
    __table_args__ = (CheckConstraint("amount > 0", name="amount_positive"),)

    id: Mapped[Id]
    payment_id: Mapped[int] = mapped_column(
        ForeignKey("payments.id", ondelete="CASCADE"), index=True
    )
    status: Mapped[RefundStatus] = mapped_column(
        choice(RefundStatus, "status"), default=RefundStatus.PENDING
    )
    amount: Mapped[Money]
    currency: Mapped[str] = mapped_column(String(3), default="RUB")
    reason: Mapped[str] = mapped_column(String(300), default="")
    # What a part of the money is given back for; none where it is all of it, or a sum for nothing
    # in particular. The fiscal receipt of the refund has them.
    copies: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, default=list, server_default=text("'[]'::jsonb")
    )
    idempotence_key: Mapped[str] = mapped_column(String(64), unique=True, default=new_key)
    provider_refund_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    created_at: Mapped[Instant] = mapped_column(default=utcnow, index=True)
    # None for one that is under way.
    settled_at: Mapped[Instant | None]

    def was_refused_by(self, moment: datetime) -> bool:
        """Whether the provider had refused it by then."""
        if self.status is not RefundStatus.CANCELLED or self.settled_at is None:
            return False
        return self.settled_at <= moment

    def settle(self, provider_refund_id: str, status: RefundStatus) -> None:
        """Take over what the provider says of it."""
        self.provider_refund_id = provider_refund_id
        self.status = status
        if status is not RefundStatus.PENDING:
            self.settled_at = utcnow()
