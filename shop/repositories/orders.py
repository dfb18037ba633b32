"""Orders, whole: an order comes with its lines, history, payments and shipment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, and_, false, func, or_, select, update
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.interfaces import ORMOption

from shop.models import Order, OrderEvent, OrderState, Payment, ShippingMethod
from shop.repositories.base import Repository
from shop.repositories.order_filters import OrderFilters
from shop.repositories.paging import Page


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

    def state_counts(self) -> dict[OrderState, int]:
        rows = self.session.execute(select(Order.state, func.count()).group_by(Order.state))
        return dict(rows.all())

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


class ShippingMethodRepository(Repository[ShippingMethod]):
    entity = ShippingMethod

    def active(self) -> Sequence[ShippingMethod]:
        query = select(ShippingMethod).where(ShippingMethod.active)
        return self.session.scalars(
            query.order_by(ShippingMethod.position, ShippingMethod.id)
        ).all()

    def codes(self) -> set[str]:
        return set(self.session.scalars(select(ShippingMethod.code)))
