"""Orders, whole: an order comes with its lines, history, payments and shipment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, and_, delete, false, func, or_, select, update
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.interfaces import ORMOption

from shop.models import (
    Order,
    OrderEvent,
    OrderNote,
    OrderState,
    Payment,
    Refund,
    RefundStatus,
    ShippingMethod,
)
from shop.repositories.base import Repository
from shop.repositories.order_filters import OrderFilters
from shop.repositories.ordered import OrderedRepository
from shop.repositories.paging import Page

# Roubles of an order that went back, or are on their way.
_SENT_BACK = (
    select(func.coalesce(func.sum(Refund.amount), 0))
    .join(Payment, Payment.id == Refund.payment_id)
    .where(Payment.order_id == Order.id, Refund.status != RefundStatus.CANCELLED)
    .correlate(Order)
    .scalar_subquery()
)


class OrderRepository(Repository[Order]):
    entity = Order

    def loads(self) -> tuple[ORMOption, ...]:
        return (
            selectinload(Order.lines),
            selectinload(Order.events),
            selectinload(Order.payments).selectinload(Payment.refunds),
            selectinload(Order.shipment),
        )

    def by_number(self, number: str) -> Order:
        return self._one(select(Order).where(Order.number == number))

    def by_placement_key(self, key: str) -> Order | None:
        query = select(Order).where(Order.placement_key == key).options(*self.loads())
        return self.session.scalars(query).unique().one_or_none()

    def locked(self, order_id: int) -> Order:
        """The order as it is now, kept from others until the transaction ends."""
        return self._one(select(Order).where(Order.id == order_id).with_for_update())

    def locked_by_number(self, number: str) -> Order:
        return self._one(select(Order).where(Order.number == number).with_for_update())

    def of_user(self, user_id: int, page: int, limit: int) -> Page[Order]:
        query = select(Order).where(Order.user_id == user_id).order_by(Order.id.desc())
        return self.page(query, page, limit)

    def all_of(self, user_id: int, email: str | None) -> Sequence[Order]:
        """Every order of an account, locked, the oldest first.

        With `email` also those that were placed with this address and without an account.
        """
        of_guest = and_(Order.user_id.is_(None), func.lower(Order.email) == email)
        whose = or_(Order.user_id == user_id, of_guest if email else false())
        query = select(Order).where(whose).order_by(Order.id)
        whole = query.options(*self.loads()).with_for_update(of=Order)
        return self.session.scalars(whole.execution_options(populate_existing=True)).unique().all()

    def forget_actor(self, user_id: int) -> None:
        """Histories of orders say “staff” in the place of this account's name."""
        deeds = update(OrderEvent).where(OrderEvent.actor_id == user_id)
        self.session.execute(deeds.where(OrderEvent.actor != "customer").values(actor="staff"))

    def find(
        self, filters: OrderFilters, page: int, limit: int, user_id: int | None = None
    ) -> Page[Order]:
        """The newest first where no other order is asked for; of one account where one is named."""
        query = self._matching(filters, user_id)
        return self.page(query.order_by(*filters.ordering(), Order.id.desc()), page, limit)

    def walk_found(
        self, filters: OrderFilters, after: int, limit: int, user_id: int | None = None
    ) -> Page[Order]:
        """The matching orders after this id, by id."""
        return self.walk(self._matching(filters, user_id), after, limit)

    @staticmethod
    def _matching(filters: OrderFilters, user_id: int | None) -> Select[Order]:
        query = select(Order).where(filters.criterion())
        return query if user_id is None else query.where(Order.user_id == user_id)

    def forget_notes(self, order_ids: Sequence[int]) -> None:
        """What staff wrote about the person is gone."""
        self.session.execute(delete(OrderNote).where(OrderNote.order_id.in_(order_ids)))

    def whole(self, numbers: Sequence[str]) -> Sequence[Order]:
        """The orders of these numbers that there are, in the order of the numbers."""
        query = select(Order).where(Order.number.in_(numbers)).options(*self.loads())
        found = {order.number: order for order in self.session.scalars(query).unique()}
        return [found[number] for number in dict.fromkeys(numbers) if number in found]

    def of_same_customer(self, order: Order, limit: int) -> Sequence[Order]:
        """Other orders of its account or its e-mail, the newest first; bare of all relations."""
        query = select(Order).where(self._same_customer(order), Order.id != order.id)
        return self.session.scalars(query.order_by(Order.id.desc()).limit(limit)).all()

    def sums_of_same_customer(self, order: Order) -> dict[OrderState, tuple[int, Decimal]]:
        """How many other orders they have in each state, and what was left of those in roubles."""
        query = (
            select(Order.state, func.count(), func.sum(Order.total - _SENT_BACK))
            .where(self._same_customer(order), Order.id != order.id)
            .group_by(Order.state)
        )
        return {state: (count, total) for state, count, total in self.session.execute(query)}

    def sums_of_user(self, user_id: int) -> dict[OrderState, tuple[int, Decimal]]:
        """How many orders an account has in each state, and what was left of those in roubles."""
        query = (
            select(Order.state, func.count(), func.sum(Order.total - _SENT_BACK))
            .where(Order.user_id == user_id)
            .group_by(Order.state)
        )
        return {state: (count, total) for state, count, total in self.session.execute(query)}

    @staticmethod
    def _same_customer(order: Order) -> ColumnElement[bool]:
        if order.is_forgotten:
            return false()
        same_address = func.lower(Order.email) == order.email.lower()
        if order.user_id is None:
            return same_address
        return or_(Order.user_id == order.user_id, same_address)

    def expired_ids(self, now: datetime, limit: int) -> Sequence[int]:
        query = (
            select(Order.id)
            .where(Order.state == OrderState.PENDING_PAYMENT, Order.expires_at < now)
            .order_by(Order.expires_at)
            .limit(limit)
        )
        return self.session.scalars(query).all()

    def _one(self, query: Select[Order]) -> Order:
        query = query.options(*self.loads()).execution_options(populate_existing=True)
        return self.session.scalars(query).unique().one()


class ShippingMethodRepository(OrderedRepository[ShippingMethod]):
    entity = ShippingMethod

    def is_used(self, code: str) -> bool:
        """Whether some order goes, or went, this way."""
        found = select(Order.id).where(Order.shipping_code == code).limit(1)
        return self.session.scalar(found) is not None

    def active(self) -> Sequence[ShippingMethod]:
        query = select(ShippingMethod).where(ShippingMethod.active)
        return self.session.scalars(
            query.order_by(ShippingMethod.position, ShippingMethod.id)
        ).all()

    def codes(self) -> set[str]:
        return set(self.session.scalars(select(ShippingMethod.code)))
