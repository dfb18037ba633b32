"""What has a place among others: it is put at one, and those that stand there make way."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, TypeVar

from shop.models import Category, ContentPage, Shelf, ShippingMethod, User
from shop.repositories.audit import Facts
from shop.repositories.ordered import PlacedRepository
from shop.services.base import retried
from shop.services.editing import EditingService, Values

P = TypeVar("P", bound=Category | ContentPage | Shelf | ShippingMethod)


class PlacedService(EditingService[P]):
    """What is new comes last, where nobody says where. Who edits one that only makes way has seen
    all that there is: its version stays."""

    repository: PlacedRepository[P]

    @abstractmethod
    def _around(self, entity: Any) -> Sequence[P]:
        """All that it stands among, itself too, in order; nobody moves one until the end."""

    @abstractmethod
    def _last_place(self, values: Values) -> int:
        """Behind all that it will stand among."""

    @retried
    def add(self, values: Values, by: User) -> P:
        with self.transaction():
            place = values.get("position")
            if place is None:
                place = self._last_place(values)
            return super().add({**values, "position": place}, by)

    @retried
    def put_back(self, key: int, facts: Facts, seen: Facts, by: User, undoes: int) -> None:
        """As of everything; where another one has its place now, that makes way."""
        with self.transaction():
            self._around(self.repository.get(key))
            super().put_back(key, facts, seen, by, undoes)
            if "position" in facts:
                self._part(key, facts, seen, by)

    def _part(self, key: int, facts: Facts, seen: Facts, by: User) -> None:
        moved: Any = self.repository.get(key)
        place = moved.position
        others: list[Any] = [each for each in self._around(moved) if each.id != key]
        if all(each.position != place for each in others):
            return
        # It goes back past the one that came into its place when it left, from either side.
        is_forward = seen["position"] < place and facts.get("parent_id") == seen.get("parent_id")
        ahead = [each for each in others if each.position < place + is_forward]
        self._make_way([*ahead, moved, *others[len(ahead) :]], moved, by)
        if moved.position != place:
            now = {"position": moved.position}
            self._note(by, key, "move", {"position": place}, now)

    def _make_way(self, listed: Sequence[Any], moved: Any, by: User) -> None:
        """Number them as they are listed. What becomes of the moved one, the caller notes."""
        for position, each in enumerate(listed):
            before = each.position
            if before == position:
                continue
            if each is moved:
                each.position = position
                self.session.flush()
            else:
                self.repository.shift(each.id, position)
                facts = ({"position": before}, {"position": position})
                self._note(by, each.id, "move", *facts)
