"""The tree of categories, as staff let it grow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext

from shop.models import Category, User
from shop.models.catalogue import LONGEST_PATH
from shop.models.slugs import slug
from shop.repositories.audit import AuditRepository, Facts
from shop.repositories.base import Sessions
from shop.repositories.book_filters import BookFilters
from shop.repositories.catalogue import CategoryRepository, Counts
from shop.repositories.indexed_books import IndexedBooks
from shop.services.base import retried
from shop.services.category_tree import Branch, Step, branches, place_after
from shop.services.editing import Values, refused, still_needed, unknown
from shop.services.names import NameService
from shop.services.placed import PlacedService

BELOW_ITSELF = _l("A category cannot go into itself, or into one that hangs below it.")


class CategoryService(NameService[Category], PlacedService[Category]):
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

    def whole(self) -> list[Branch]:
        """The whole tree."""
        with self.transaction():
            return branches(self.categories.all())

    @retried
    def step(self, key: int, step: Step, by: User) -> Category:
        """One step through the tree; where there is no such way, it stays where it is."""
        with self.transaction():
            self.categories.take_turn()
            place = place_after(step, key, self.categories.all())
            if place is None:
                return self.categories.get(key)
            return self.place(key, *place, by)

    @retried
    def place(self, key: int, parent_id: int | None, place: int, by: User) -> Category:
        """Hang it below `parent_id`, at this place from 0; siblings keep their order. Conflict
        where it would hang below itself, or where its path is taken."""
        with self.transaction():
            self.categories.take_turn()
            category = self.categories.get(key)
            before = self._facts(category)
            if category.parent_id != parent_id:
                self._change(category, {"parent_id": parent_id})
                self.session.flush()
            siblings = [each for each in self.categories.children(parent_id) if each.id != key]
            siblings.insert(max(0, place), category)
            self._make_way(siblings, category, by)
            after = self._facts(category)
            if after != before:
                self._note(by, key, "move", before, after)
            return self.categories.get(key)

    def _around(self, entity: Any) -> Sequence[Category]:
        self.categories.take_turn()
        return self.categories.children(entity.parent_id)

    def _last_place(self, values: Values) -> int:
        return self.categories.next_position(values.get("parent_id"))

    @retried
    def merge(self, kept_id: int, gone_id: int, seen: Mapping[int, int], by: User) -> Category:
        """File the books of the one in the other, hang below it what hung below the one, and let
        the old address lead there. Stale where one was changed after its version was `seen`."""
        with self.transaction():
            self.categories.take_turn()
            kept, gone = (self._seen(key, seen.get(key, 0)) for key in (kept_id, gone_id))
            if f"{kept.path}/".startswith(f"{gone.path}/"):
                raise refused("with", BELOW_ITSELF)
            facts = self._facts(gone)
            for child in self.categories.children(gone_id):
                place = len(self.categories.children(kept_id))
                self.place(child.id, kept_id, place, by)
            filed = self.categories.filed_in(gone_id)
            self.categories.refile(filed, gone_id, kept_id)
            self.audit.note_all(by, "book", "change", _refiled(filed, gone_id, kept_id))
            self.categories.lead(gone, kept)
            self.repository.delete(self.categories.get(gone_id))
            merged = {"merged": {"id": gone_id, **facts}, "books": list(filed)}
            self._note(by, kept_id, "merge", merged, {"id": kept_id})
            self._note(by, gone_id, "merge", facts, {"merged_into": kept_id})
            return self.categories.get(kept_id)

    def _change(self, entity: Category, values: Values) -> None:
        given = dict(values)
        if given.get("slug", "") is None:
            given["slug"] = slug(given.get("name", entity.name)) or self.NOUN
        if given.get("position", 0) is None:
            del given["position"]
        place = given.get("slug", entity.slug), given.get("parent_id", entity.parent_id)
        if place != (entity.slug, entity.parent_id):
            given["path"] = self._path(entity, *place)
        super()._change(entity, given)

    def _path(self, category: Category, own: str, parent_id: int | None) -> str:
        """Where it will be; Conflict where another one is already."""
        path = f"{self._parent_path(category, parent_id)}{own}"
        below = self.categories.longest_below(category) - len(category.path) if category.id else 0
        if len(path) + below > LONGEST_PATH:
            sentence = _l("A path has at most %(number)s letters.", number=LONGEST_PATH)
            raise refused("parent_id", sentence)
        if self.categories.is_taken(path):
            sentence = _l(
                "There is a category at %(path)s already. Choose another address.", path=path
            )
            raise refused("slug", sentence, "uq_categories_path")
        return path

    def _parent_path(self, category: Category, parent_id: int | None) -> str:
        """The path above, with the slash; nothing for a root."""
        if parent_id is None:
            return ""
        parent = self.categories.by_ids([parent_id]).get(parent_id)
        if parent is None:
            raise unknown("parent_id", [parent_id])
        if category.id and f"{parent.path}/".startswith(f"{category.path}/"):
            raise refused("parent_id", BELOW_ITSELF)
        return f"{parent.path}/"

    def _let_go(self, entity: Any) -> None:
        if below := self.categories.count_below(entity):
            sentence = lazy_ngettext(
                "%(num)d category hangs below it. Merge it into another one: it moves there.",
                "%(num)d categories hang below it. Merge it into another one: they move there.",
                below,
            )
            raise still_needed("children", sentence)
        super()._let_go(entity)


def _refiled(
    filed: Mapping[int, list[int]], gone: int, kept: int
) -> list[tuple[int, Facts, Facts]]:
    """Where each book was filed, and where it is."""
    return [
        (book, {"category_ids": ids}, {"category_ids": sorted({kept, *ids} - {gone})})
        for book, ids in filed.items()
    ]
