"""Orders as a list of staff shows them: those that wait for somebody, the oldest first."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, func, literal, select, union_all
from sqlalchemy.orm import load_only, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from shop.models import Book, Order, OrderLine, OrderState
from shop.repositories.base import Repository
from shop.repositories.order_filters import OrderFilters
from shop.repositories.paging import MOST_COUNTED, Page

# In the order in which the work is done.
WAITING = (OrderState.PAID, OrderState.PACKING, OrderState.SHIPPED, OrderState.PENDING_PAYMENT)


class OrderQueue(Repository[Order]):
    """An order comes with what its books are called and how many they are, and no more."""

    entity = Order

    def loads(self) -> tuple[ORMOption, ...]:
        shown = load_only(OrderLine.order_id, OrderLine.title, OrderLine.quantity)
        return (selectinload(Order.lines).options(shown),)

    def look_through(
        self, filters: OrderFilters, state: OrderState | None, page: int, limit: int
    ) -> Page[Order]:
        """Of one state, the longest waiting first where somebody waits; else the newest first.

        Where the filters ask for an order of their own, that one.
        """
        query = select(Order).where(filters.criterion())
        if state is not None:
            query = query.where(Order.state == state)
        return self.capped_page(self._ordered(query, filters, state), page, limit)

    @staticmethod
    def _ordered(
        query: Select[Order], filters: OrderFilters, state: OrderState | None
    ) -> Select[Order]:
        if asked := filters.ordering():
            return query.order_by(*asked, Order.id.desc())
        if state in WAITING:
            return query.order_by(Order.placed_at, Order.id)
        if state is not None:
            return query.order_by(Order.placed_at.desc(), Order.id.desc())
        return query.order_by(Order.id.desc())

    def counts(self, most: int = MOST_COUNTED) -> dict[OrderState, int]:
        """How many there are in each state; `most` + 1 says that there are more than `most`."""
        each = union_all(*(_some(state, most) for state in OrderState))
        return {OrderState(state): count for state, count in self.session.execute(each).all()}

    def skus(self, book_ids: Collection[int]) -> dict[int, str]:
        """The SKUs of those books that there are."""
        rows = self.session.execute(select(Book.id, Book.sku).where(Book.id.in_(book_ids)))
        return dict(rows.all())


def _some(state: OrderState, most: int) -> Select[str, int]:
    """One state, counted by a walk along its part of the index."""
    some = select(Order.placed_at).where(Order.state == state).limit(most + 1).subquery()
    return select(literal(str(state)), func.count()).select_from(some)
