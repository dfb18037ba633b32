"""What people put in order: short lists of ways of shipping, shelves, pages; and categories."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import func, select, update

from shop.models import Category, ContentPage, Shelf, ShippingMethod
from shop.repositories.base import Repository

# Any number that all who seed a shop agree on.
SEEDING = 2_009_031_106

Listed = TypeVar("Listed", bound=ContentPage | Shelf | ShippingMethod)
Placed = TypeVar("Placed", bound=Category | ContentPage | Shelf | ShippingMethod)


class PlacedRepository(Repository[Placed]):
    """What has a place among others of its kind."""

    def shift(self, key: int, position: int) -> None:
        """To another place, without counting its version on."""
        entity: Any = self.entity
        self.session.execute(update(entity).where(entity.id == key).values(position=position))


class OrderedRepository(PlacedRepository[Listed]):
    def take_turn(self) -> None:
        """Until the transaction ends nobody else puts in what a new shop starts with."""
        self.session.execute(select(func.pg_advisory_xact_lock(SEEDING)))

    def in_order(self, *, locked: bool = False) -> Sequence[Listed]:
        """All of them; `locked`, nobody moves one until the transaction ends."""
        entity: Any = self.entity
        query = select(entity).order_by(entity.position, entity.id)
        if locked:
            query = query.with_for_update()
        fresh = query.execution_options(populate_existing=True)
        return self.session.scalars(fresh).all()

    def next_position(self) -> int:
        entity: Any = self.entity
        last = self.session.scalar(select(func.max(entity.position)))
        return 0 if last is None else last + 1
