"""The tree of categories, as staff let it grow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shop.models import Category, User
from shop.models.catalogue import LONGEST_PATH
from shop.models.slugs import slug
from shop.repositories.audit import AuditRepository, Facts
from shop.repositories.base import Sessions
from shop.repositories.book_filters import BookFilters
from shop.repositories.catalogue import CategoryRepository, Counts
from shop.repositories.indexed_books import IndexedBooks
from shop.services.base import retried
from shop.services.editing import Values, refused, still_needed
from shop.services.names import NameService


class CategoryService(NameService[Category]):
    """Who moves takes what is below along; a trigger keeps the addresses left behind."""

    NOUN = "category"
    FIELDS = ("name", "name_ru", "slug", "parent_id", "path", "position")
    DERIVED = ("path",)

    def __init__(
        self,
        session: Sessions,
        categories: CategoryRepository,
        indexed: IndexedBooks,
        audit: AuditRepository,
    ) -> None:
        super().__init__(session, categories, audit)
        self.categories = categories
        self.indexed = indexed

    def book_counts(self, keys: list[int]) -> Counts:
        """How many books on sale are at or below each of these, out of the copy in memory: below
        a root there are most of the shop's."""
        with self.transaction():
            self.indexed.begin()
            with self.indexed.shelved() as copy:
                counted = dict(self.indexed.select(copy, BookFilters()).categories().items())
        return {key: counted[key] for key in keys if key in counted}

    def all(self) -> Sequence[Category]:
        """By path: each comes before what is below it."""
        with self.transaction():
            return self.categories.all()

    @retried
    def add(self, values: Values, by: User) -> Category:
        with self.transaction():
            self.categories.take_turn()
            return super().add(values, by)

    @retried
    def amend(
        self,
        key: int,
        version: int | None,
        values: Values,
        by: User,
        *,
        undoes: int | None = None,
    ) -> Category:
        """As of everything; Conflict where it would hang below itself."""
        with self.transaction():
            self.categories.take_turn()
            return super().amend(key, version, values, by, undoes=undoes)

    @retried
    def make_again(self, key: int, facts: Facts, by: User, undoes: int) -> None:
        with self.transaction():
            self.categories.take_turn()
            super().make_again(key, facts, by, undoes)

    def _change(self, entity: Category, values: Values) -> None:
        given = dict(values)
        if given.get("slug", "") is None:
            given["slug"] = slug(given.get("name", entity.name)) or self.NOUN
        place = given.get("slug", entity.slug), given.get("parent_id", entity.parent_id)
        if place != (entity.slug, entity.parent_id):
            given["path"] = self._path(entity, *place)
        super()._change(entity, given)

    def _path(self, category: Category, own: str, parent_id: int | None) -> str:
        """Where it will be; Conflict where another one is already."""
        path = f"{self._parent_path(category, parent_id)}{own}"
        below = self.categories.longest_below(category) - len(category.path) if category.id else 0
        if len(path) + below > LONGEST_PATH:
            raise refused("parent_id", f"A path has at most {LONGEST_PATH} letters.")
        if self.categories.is_taken(path):
            raise refused("slug", f"There is a category at {path} already.", "uq_categories_path")
        return path

    def _parent_path(self, category: Category, parent_id: int | None) -> str:
        """The path above, with the slash; nothing for a root."""
        if parent_id is None:
            return ""
        parent = self.categories.by_ids([parent_id]).get(parent_id)
        if parent is None:
            raise refused("parent_id", f"There is none with the id {parent_id}.")
        if category.id and f"{parent.path}/".startswith(f"{category.path}/"):
            raise refused("parent_id", "A category cannot hang below itself.")
        return f"{parent.path}/"

    def _let_go(self, entity: Any) -> None:
        if below := self.categories.count_below(entity):
            raise still_needed("children", f"Categories hang below this one: {below}.")
        super()._let_go(entity)
