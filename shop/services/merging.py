"""Two authors, publishers or series that are one: what hangs on the double goes to the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from shop.errors import NotFound, Stale
from shop.models import Contributor, NameKind, User
from shop.repositories.audit import AuditRepository, Deed, Facts
from shop.repositories.base import Sessions
from shop.repositories.catalogue import NameRepository
from shop.repositories.doubles import KINDS, DoublesRepository, Moved
from shop.repositories.paging import Page
from shop.services.base import EntityBaseService, retried
from shop.services.editing import refused

NEAREST = 12
APART = _l("These two were taken apart already.")
MOVED_ON = _l("Books that came with the merge were changed since: it cannot be taken back.")


@dataclass(frozen=True)
class Comparison:
    """Two that may be one, with their books, and how many books name both."""

    one: Any
    other: Any
    books: Mapping[int, int]
    in_both: int


class MergingService(EntityBaseService[Contributor]):
    def __init__(
        self,
        session: Sessions,
        names: Mapping[NameKind, NameRepository[Any]],
        doubles: DoublesRepository,
        audit: AuditRepository,
    ) -> None:
        super().__init__(session, names[NameKind.CONTRIBUTOR])
        self.names = names
        self.doubles = doubles
        self.audit = audit

    def groups(self, name_kind: NameKind, page: int, limit: int) -> Page[list[Any]]:
        """Those that sound alike, group by group."""
        with self.transaction():
            found = self.doubles.groups(name_kind, page, limit)
            known = self.names[name_kind].by_ids(key for group in found for key in group)
            # Two names of each may lead to the same group twice.
            unique = {tuple(group): [known[key] for key in group] for group in found}
            return Page(list(unique.values()), found.total, page, limit)

    def similar(self, name_kind: NameKind, key: int) -> Sequence[Any]:
        """Those that this one may be a double of, the nearest first."""
        with self.transaction():
            name = self.names[name_kind].get(key).name
            return self.doubles.similar(name_kind, name, key, NEAREST)

    def compared(self, name_kind: NameKind, key: int, other_key: int) -> Comparison:
        """Both side by side; NotFound where one is not there."""
        with self.transaction():
            names = self.names[name_kind]
            one, other = names.get(key), names.get(other_key)
            both = self.doubles.in_both(name_kind, key, other_key)
            return Comparison(one, other, names.book_counts([key, other_key]), both)

    @retried
    def merge(
        self, name_kind: NameKind, kept_id: int, gone_id: int, seen: Mapping[int, int], by: User
    ) -> Any:
        """Hang all that the one has on the other, which is answered; the one is gone, and its
        address leads to the other. Stale where one was changed after its version was `seen`.
        """
        if kept_id == gone_id:
            raise refused("with", _l("Choose two that are not the same."))
        with self.transaction():
            kept, gone = self._both(name_kind, kept_id, gone_id, seen)
            facts = self._facts(name_kind, gone)
            books = self.doubles.books_of(name_kind, gone_id)
            pages = self._pages(name_kind, books)
            moved = self.doubles.move(name_kind, gone_id, kept_id)
            self._note_books(name_kind, (gone_id, kept_id), pages, moved, by)
            led = list(self.doubles.led_to(name_kind, gone_id))
            self.doubles.lead(name_kind, gone, kept_id)
            self.names[name_kind].delete(gone)
            before: Facts = {
                "merged": facts,
                "books": list(moved.books),
                "credits": moved.credits,
                "joined": moved.joined,
                "led": led,
            }
            after: Facts = {"id": kept_id, "name": kept.name}
            self.audit.note(by, name_kind, kept_id, "merge", before, after)
            self.audit.note(by, name_kind, gone_id, "merge", facts, {"merged_into": kept_id})
            return self.names[name_kind].get(kept_id)

    @retried
    def take_apart(self, name_kind: NameKind, kept_id: int, entry_id: int, by: User) -> Any:
        """Take back the merge that this entry of the trail tells of; answers the double that is
        there again. Conflict where that was done already, or what moved has moved on since."""
        with self.transaction():
            entry = self.audit.get(entry_id)
            if (entry.entity, entry.entity_id) != (name_kind, kept_id) or "led" not in entry.before:
                raise NotFound()
            if self.audit.taken_back([entry_id]) or not self.doubles.locked(name_kind, [kept_id]):
                raise refused("entry", APART)
            told = entry.before
            facts, books = told["merged"], told["books"]
            moved = Moved(books, told["credits"], told["joined"])
            pages = self._pages(name_kind, books)
            gone = self.names[name_kind].add(KINDS[name_kind].entity(**facts))
            if not self.doubles.give_back(name_kind, kept_id, gone.id, moved):
                raise refused("entry", MOVED_ON)
            self.doubles.lead_back(name_kind, gone.id, told["led"])
            self._note_books(name_kind, (kept_id, gone.id), pages, moved, by)
            self.audit.note(by, name_kind, gone.id, "create", {}, facts)
            parted: Facts = {"parted": gone.id, "name": gone.name}
            self.audit.note(by, name_kind, kept_id, "undo", {}, parted, undoes_id=entry_id)
            return self.names[name_kind].get(gone.id)

    def can_be_parted(self, deeds: Sequence[Deed]) -> set[int]:
        """Of these entries those that tell of a merge that nobody has taken back."""
        with self.transaction():
            told = {deed.entry.id for deed in deeds if "led" in deed.entry.before}
            return told - self.audit.taken_back(told).keys()

    def _both(
        self, kind: NameKind, kept_id: int, gone_id: int, seen: Mapping[int, int]
    ) -> tuple[Any, Any]:
        found = self.doubles.locked(kind, [kept_id, gone_id])
        for key in (kept_id, gone_id):
            if key not in found:
                self.names[kind].get(key)
                raise Stale()
            if found[key].version != seen.get(key):
                raise Stale()
        return found[kept_id], found[gone_id]

    def _facts(self, kind: NameKind, entity: Any) -> Facts:
        fields = ("id", "name", "sort_name", "name_en", "slug")
        return {name: getattr(entity, name) for name in fields if hasattr(entity, name)}

    def _pages(self, kind: NameKind, books: Sequence[int]) -> Mapping[int, list[Any]]:
        return {} if KINDS[kind].of_a_book else self.doubles.title_pages(books)

    def _note_books(
        self,
        kind: NameKind,
        ids: tuple[int, int],
        pages: Mapping[int, list[Any]],
        moved: Moved,
        by: User,
    ) -> None:
        """Each book tells it as well: whoever asks how it was on a day looks there."""
        gone_id, kept_id = ids
        if column := KINDS[kind].of_a_book:
            changes: list[tuple[int, Facts, Facts]] = [
                (book, {column: gone_id}, {column: kept_id}) for book in moved.books
            ]
        else:
            now = self.doubles.title_pages(moved.books)
            changes = [
                (book, {"contributors": pages[book]}, {"contributors": now[book]})
                for book in moved.books
            ]
        self.audit.note_all(by, "book", "change", changes)
