"""Short lists that staff edit and put in order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from shop.errors import NotFound
from shop.models import ContentPage, Shelf, ShippingMethod, User
from shop.repositories.audit import AuditRepository, Wanted
from shop.repositories.base import Sessions
from shop.repositories.ordered import OrderedRepository
from shop.services.base import retried
from shop.services.editing import Values
from shop.services.placed import PlacedService

Listed = TypeVar("Listed", bound=ContentPage | Shelf | ShippingMethod)


class OrderedService(PlacedService[Listed]):
    def __init__(
        self, session: Sessions, ordered: OrderedRepository[Listed], audit: AuditRepository
    ) -> None:
        super().__init__(session, ordered, audit)
        self.ordered = ordered

    def in_order(self) -> Sequence[Listed]:
        with self.transaction():
            return self.ordered.in_order()

    def _never_had_any(self) -> bool:
        """Whether a shop is new: what staff have taken away since does not come back.

        Of two who ask at the same time, the second is told of what the first put in.
        """
        self.ordered.take_turn()
        return not self.ordered.in_order() and not self.audit.latest(Wanted(self.NOUN), None, 1)

    @retried
    def move(self, key: int, places: int, by: User) -> None:
        """So many places on, or back where the number is below 0; no further than to an end."""
        with self.transaction():
            listed: list[Any] = list(self.ordered.in_order(locked=True))
            ids = [each.id for each in listed]
            if key not in ids:
                raise NotFound()
            moved = listed.pop(ids.index(key))
            listed.insert(max(0, ids.index(key) + places), moved)
            before = moved.position
            self._make_way(listed, moved, by)
            if moved.position != before:
                facts = ({"position": before}, {"position": moved.position})
                self._note(by, key, "move", *facts)

    def _around(self, entity: Any) -> Sequence[Listed]:
        return self.ordered.in_order(locked=True)

    def _last_place(self, values: Values) -> int:
        return self.ordered.next_position()
