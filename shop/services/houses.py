"""Publishers and series: names over books, each with an address of its own."""

from __future__ import annotations

from typing import Any, TypeVar

from shop.models import Publisher, Series
from shop.models.slugs import free, slug
from shop.repositories.base import Sessions
from shop.repositories.catalogue import Counts, HouseRepository
from shop.repositories.users import AuditRepository
from shop.services.editing import EditingService, Values, still_needed

H = TypeVar("H", bound=Publisher | Series)


class HouseService(EditingService[H]):
    FIELDS = ("name", "slug")

    def __init__(
        self,
        session: Sessions,
        houses: HouseRepository[H],
        audit: AuditRepository,
    ) -> None:
        super().__init__(session, houses, audit)
        self.houses = houses

    def book_counts(self, keys: list[int]) -> Counts:
        """How many books each of these has."""
        with self.transaction():
            return self.houses.book_counts(keys)

    def _change(self, entity: Any, values: Values) -> None:
        given = dict(values)
        if given.get("slug", "") is None:
            stem = slug(given["name"]) or self.NOUN
            given["slug"] = free(stem, self.houses.taken_slugs(stem) - {entity.slug})
        super()._change(entity, given)

    def _let_go(self, entity: Any) -> None:
        if books := self.houses.book_counts([entity.id]).get(entity.id):
            raise still_needed("books", f"Books are of this {self.NOUN}: {books}.")


class PublisherService(HouseService[Publisher]):
    NOUN = "publisher"


class SeriesService(HouseService[Series]):
    NOUN = "series"
