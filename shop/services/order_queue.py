"""The orders that staff look through, and who else looks at one."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from redis.exceptions import RedisError

from shop.models import Order, OrderState, User
from shop.repositories.base import Sessions
from shop.repositories.order_filters import OrderFilters
from shop.repositories.order_queue import OrderQueue
from shop.repositories.orders import OrderRepository
from shop.repositories.paging import MOST_COUNTED, Page
from shop.repositories.presence import Onlooker, PresenceRepository
from shop.services.base import EntityBaseService

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class StateCount:
    """How many orders are in a state; `is_capped`: more than that, which nobody counted."""

    total: int
    is_capped: bool


class OrderQueueService(EntityBaseService[Order]):
    def __init__(
        self,
        session: Sessions,
        orders: OrderRepository,
        queue: OrderQueue,
        presence: PresenceRepository,
    ) -> None:
        super().__init__(session, orders)
        self.orders = orders
        self.queue = queue
        self.presence = presence

    def look_through(
        self, filters: OrderFilters, state: OrderState | None, page: int, limit: int
    ) -> Page[Order]:
        """A page of the matching orders, counted no further than staff leaf."""
        with self.transaction():
            return self.queue.look_through(filters, state, page, limit)

    def all(self, filters: OrderFilters, state: OrderState | None) -> Iterator[Order]:
        """Every matching order, by id, read as it is taken."""
        return self._in_parts(lambda after, limit: self.queue.part(filters, state, after, limit))

    def counts(self) -> dict[OrderState, StateCount]:
        with self.transaction():
            counts = self.queue.counts()
        return {
            state: StateCount(min(count, MOST_COUNTED), count > MOST_COUNTED)
            for state, count in counts.items()
        }

    def chosen(self, numbers: Sequence[str]) -> Sequence[Order]:
        """The orders of these numbers, whole, in this order; those that there are not are left
        out."""
        with self.transaction():
            return self.orders.whole(numbers)

    def skus(self, orders: Sequence[Order]) -> dict[int, str]:
        """The SKU of each book of these orders that the shop still has, by the book's id."""
        ids = {line.book_id for order in orders for line in order.lines if line.book_id}
        with self.transaction():
            return self.queue.skus(ids)

    def look_in(self, number: str, by: User) -> Sequence[Onlooker]:
        """Say that somebody has this order open; answers who else has. Nobody without Redis."""
        try:
            return self.presence.look_in(f"order:{number}", by.id, by.name)
        except RedisError as error:
            logger.warning("nobody knows who has an order open: %s", error)
            return []
