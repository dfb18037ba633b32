"""What books hang on, as staff edit it: people, publishers, series."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from flask_babel import lazy_ngettext
from sqlalchemy import select

from shop.models import Category, Contributor, Permission, Publisher, Series
from shop.models.slugs import free, slug
from shop.repositories.audit import AuditRepository
from shop.repositories.base import Sessions
from shop.repositories.catalogue import (
    ContributorRepository,
    Counts,
    HouseRepository,
    NameRepository,
)
from shop.repositories.filters import Filters
from shop.repositories.paging import Page
from shop.services.book_import.names import person
from shop.services.editing import EditingService, Values, still_needed

N = TypeVar("N", bound=Contributor | Publisher | Series | Category)
H = TypeVar("H", bound=Publisher | Series)


class NameService(EditingService[N]):
    """None of them goes while books hang on it."""

    PERMISSION = Permission.EDIT_BOOKS

    def __init__(self, session: Sessions, names: NameRepository[N], audit: AuditRepository) -> None:
        super().__init__(session, names, audit)
        self.names = names

    def book_counts(self, keys: list[int]) -> Counts:
        """How many books on sale hang on each of these; nothing for one without any."""
        with self.transaction():
            return self.names.book_counts(keys, everything=False)

    def listed(self, filters: Filters, page: int, limit: int) -> Page[N]:
        """A page for people, of no more than can be leafed through."""
        with self.transaction():
            query = filters.apply(select(self.names.entity))
            return self.names.capped_page(query, page, limit)

    def every(self, filters: Filters) -> Iterator[N]:
        """Every matching one, by id, read as it is taken."""
        matching = filters.apply(select(self.names.entity))
        return self._in_parts(lambda after, limit: self.names.following(matching, after, limit))

    def held(self, keys: list[int]) -> Counts:
        """The same for staff: drafts and what is withdrawn count as well."""
        with self.transaction():
            return self.names.book_counts(keys)

    def _let_go(self, entity: Any) -> None:
        if books := self.names.book_counts([entity.id]).get(entity.id):
            sentence = lazy_ngettext(
                "%(num)d book hangs on it. Merge it into another one, or change the book first.",
                "%(num)d books hang on it. Merge it into another one, or change the books first.",
                books,
            )
            raise still_needed("books", sentence)


class ContributorService(NameService[Contributor]):
    NOUN = "contributor"
    FIELDS = ("name", "sort_name", "name_en", "slug")

    def __init__(
        self, session: Sessions, contributors: ContributorRepository, audit: AuditRepository
    ) -> None:
        super().__init__(session, contributors, audit)

    def _change(self, entity: Contributor, values: Values) -> None:
        super()._change(entity, values)
        entity.sort_name = entity.sort_name or _sort_name(entity.name)
        entity.slug = entity.slug or slug(entity.name) or "author"


class HouseService(NameService[H]):
    """Publishers and series: no two have one address."""

    FIELDS = ("name", "slug")

    def __init__(
        self, session: Sessions, houses: HouseRepository[H], audit: AuditRepository
    ) -> None:
        super().__init__(session, houses, audit)
        self.houses = houses

    def _change(self, entity: Any, values: Values) -> None:
        given = dict(values)
        if given.get("slug", "") is None:
            stem = slug(given.get("name", entity.name)) or self.NOUN
            given["slug"] = free(stem, self.houses.taken_slugs(stem) - {entity.slug})
        super()._change(entity, given)


class PublisherService(HouseService[Publisher]):
    NOUN = "publisher"


class SeriesService(HouseService[Series]):
    NOUN = "series"


def _sort_name(name: str) -> str:
    """The surname first; a name with a comma in it is not taken apart."""
    return name if "," in name else person(name).sort_name
