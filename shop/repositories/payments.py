"""Payments and refunds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.interfaces import ORMOption

from shop.models import Payment, Refund, RefundStatus
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

    def _fresh(self, query: Select[Payment]) -> Select[Payment]:
        return query.options(*self.loads()).execution_options(populate_existing=True)


class RefundRepository(Repository[Refund]):
    entity = Refund

    def by_provider_id(self, provider_refund_id: str) -> Refund:
        query = select(Refund).where(Refund.provider_refund_id == provider_refund_id)
        return self.session.scalars(query).one()

    def under_way(self, limit: int) -> Sequence[str]:
        """The provider's ids of refunds that it has begun and not ended, as far as we know."""
        query = (
            select(Refund.provider_refund_id)
            .where(Refund.status == RefundStatus.PENDING, Refund.provider_refund_id.is_not(None))
            .order_by(func.random())
            .limit(limit)
        )
        return [str(found) for found in self.session.scalars(query)]
