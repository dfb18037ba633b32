"""Orders as a list of staff shows them: those that wait for somebody, the oldest first."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Select, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import load_only, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from shop.models import Book, Order, OrderLine, OrderState
from shop.repositories.base import Repository
from shop.repositories.filters import Criterion
from shop.repositories.order_filters import OrderFilters
from shop.repositories.paging import MOST_COUNTED, MOST_FOUND, Page

# A part of a word that is shorter has no trigram, by which an index finds it.
SHORTEST_PART = 3
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
        query = self._matching(filters, state)
        most = MOST_FOUND if filters.q else MOST_COUNTED
        return self.capped_page(self._ordered(query, filters, state), page, limit, most)

    def part(
        self, filters: OrderFilters, state: OrderState | None, after: int, limit: int
    ) -> Sequence[Order]:
        """The matching orders that follow this id, by id."""
        return self.following(self._matching(filters, state), after, limit)

    def _matching(self, filters: OrderFilters, state: OrderState | None) -> Select[Order]:
        query = select(Order).where(*self._criteria(filters))
        return query if state is None else query.where(Order.state == state)

    def _criteria(self, filters: OrderFilters) -> tuple[Criterion, ...]:
        """The filters, but for a search that no index could answer as it stands."""
        text = (filters.q or "").strip()
        others = filters.model_copy(update={"q": None}).criterion()
        if 0 < len(text) < SHORTEST_PART:
            return others, _begins_or_is_a_word(text)
        whole = func.lower(Order.email) == text.lower()
        if "@" in text and self.session.scalar(select(exists().where(whole))):
            # A part of an address is half of all addresses; the whole one is somebody's.
            return others, whole
        return (filters.criterion(),)

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


def _begins_or_is_a_word(text: str) -> Criterion:
    """How a number begins, or a name that is as short as that."""
    name = Order.full_name
    return or_(
        Order.number.istartswith(text, autoescape=True),
        name.istartswith(f"{text} ", autoescape=True),
        name.icontains(f" {text} ", autoescape=True),
        name.iendswith(f" {text}", autoescape=True),
    )


def _some(state: OrderState, most: int) -> Select[str, int]:
    """One state, counted by a walk along its part of the index."""
    some = select(Order.placed_at).where(Order.state == state).limit(most + 1).subquery()
    return select(literal(str(state)), func.count()).select_from(some)
