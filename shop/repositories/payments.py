"""Payments and refunds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.interfaces import ORMOption

from shop.models import Payment, PaymentStatus, Refund
from shop.models.payments import OPEN
from shop.repositories.base import Repository


class PaymentRepository(Repository[Payment]):
    entity = Payment

    def loads(self) -> tuple[ORMOption, ...]:
        return (selectinload(Payment.refunds),)

    def locked(self, payment_id: int) -> Payment:
        query = select(Payment).where(Payment.id == payment_id).with_for_update()
        return self.session.scalars(self._fresh(query)).unique().one()

    def by_provider_id(self, provider_payment_id: str) -> Payment | None:
        query = select(Payment).where(Payment.provider_payment_id == provider_payment_id)
        return self.session.scalars(self._fresh(query)).unique().one_or_none()

    def unsettled_ids(self, before: datetime, limit: int) -> Sequence[int]:
        """Open payments that were last heard of before then, the oldest first."""
        query = (
            select(Payment.id)
            .where(Payment.status.in_(OPEN), Payment.updated_at < before)
            .order_by(Payment.updated_at)
            .limit(limit)
        )
        return self.session.scalars(query).all()

    def captured(self, order_id: int) -> Sequence[Payment]:
        query = select(Payment).where(
            Payment.order_id == order_id, Payment.status == PaymentStatus.CAPTURED
        )
        return self.session.scalars(self._fresh(query)).unique().all()

    def _fresh(self, query: Select[Payment]) -> Select[Payment]:
        return query.options(*self.loads()).execution_options(populate_existing=True)


class RefundRepository(Repository[Refund]):
    entity = Refund
