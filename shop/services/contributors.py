"""People who made books, as staff enter them."""

from __future__ import annotations

from typing import Any

from shop.models import Contributor
from shop.models.slugs import slug
from shop.repositories.base import Sessions
from shop.repositories.catalogue import ContributorRepository, Counts
from shop.repositories.users import AuditRepository
from shop.services.book_import.names import person
from shop.services.editing import EditingService, Values, still_needed


class ContributorService(EditingService[Contributor]):
    NOUN = "contributor"
    FIELDS = ("name", "sort_name", "name_en", "slug")

    def __init__(
        self, session: Sessions, contributors: ContributorRepository, audit: AuditRepository
    ) -> None:
        super().__init__(session, contributors, audit)
        self.contributors = contributors

    def book_counts(self, keys: list[int]) -> Counts:
        """How many books each of these had a part in."""
        with self.transaction():
            return self.contributors.book_counts(keys)

    def _change(self, entity: Contributor, values: Values) -> None:
        super()._change(entity, values)
        entity.sort_name = entity.sort_name or _sort_name(entity.name)
        entity.slug = entity.slug or slug(entity.name) or "author"

    def _let_go(self, entity: Any) -> None:
        if books := self.contributors.book_counts([entity.id]).get(entity.id):
            raise still_needed("books", f"Books name this person: {books}.")


def _sort_name(name: str) -> str:
    """The surname first; a name with a comma in it is not taken apart."""
    return name if "," in name else person(name).sort_name
