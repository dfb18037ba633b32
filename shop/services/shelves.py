"""Shelves of the shop window, as staff put them together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from shop.errors import NotFound
from shop.models import Permission, Shelf, ShelfEntry, User
from shop.models.slugs import free, slug
from shop.repositories.audit import AuditRepository, Facts
from shop.repositories.base import Sessions
from shop.repositories.books import BookRepository
from shop.repositories.shelves import CARD, ShelfRepository
from shop.services.base import retried
from shop.services.editing import Values, refused
from shop.services.ordered import OrderedService

MOST_BOOKS = 60


class ShelfService(OrderedService[Shelf]):
    """`version` is of the shelf as it was read; what stands on it is a part of it."""

    NOUN = "shelf"
    PERMISSION = Permission.EDIT_PAGES
    FIELDS = ("slug", "kind", "name", "name_ru", "description", "description_ru", "position")
    BESIDES = ("books",)

    def __init__(
        self,
        session: Sessions,
        shelves: ShelfRepository,
        books: BookRepository,
        audit: AuditRepository,
    ) -> None:
        super().__init__(session, shelves, audit)
        self.shelves = shelves
        self.books = books

    def book_counts(self) -> dict[int, int]:
        """How many books stand on each shelf; nothing for an empty one."""
        with self.transaction():
            return self.shelves.book_counts()

    @retried
    def put(self, shelf_id: int, version: int | None, book_id: int, by: User) -> Shelf:
        """Stand a book at the end of it; Conflict where it stands there already, or is full."""
        with self.transaction():
            shelf, before = self._opened(shelf_id, version)
            book = self.books.get(book_id)
            if any(each.book_id == book_id for each in shelf.entries):
                raise refused("book", _l("This book stands on the shelf already."))
            if len(shelf.entries) >= MOST_BOOKS:
                raise refused("book", _l("This shelf is full: take a book off it first."))
            place = len(shelf.entries)
            shelf.entries.append(ShelfEntry(book_id=book_id, book=book, position=place))
            return self._closed(shelf, before, by)

    @retried
    def take_off(self, shelf_id: int, version: int | None, book_id: int, by: User) -> Shelf:
        with self.transaction():
            shelf, before = self._opened(shelf_id, version)
            shelf.entries.remove(_entry(shelf, book_id))
            _number(shelf)
            return self._closed(shelf, before, by)

    @retried
    def place(
        self, shelf_id: int, version: int | None, book_id: int, place: int, by: User
    ) -> Shelf:
        """Stand a book at this place, from 0; the others make room."""
        with self.transaction():
            shelf, before = self._opened(shelf_id, version)
            entry = _entry(shelf, book_id)
            order = [each for each in shelf.entries if each is not entry]
            order.insert(max(0, min(place, len(order))), entry)
            for position, each in enumerate(order):
                each.position = position
            return self._closed(shelf, before, by)

    @retried
    def write_card(
        self, shelf_id: int, version: int | None, book_id: int, card: Values, by: User
    ) -> Shelf:
        """What the card under a book says, and who signs it; an empty text is none."""
        with self.transaction():
            shelf, before = self._opened(shelf_id, version)
            entry = _entry(shelf, book_id)
            for name in CARD:
                setattr(entry, name, card.get(name) or None)
            return self._closed(shelf, before, by)

    def _opened(self, shelf_id: int, version: int | None) -> tuple[Shelf, Facts]:
        shelf: Shelf = self._seen(shelf_id, version)
        return shelf, self._facts(shelf)

    def _closed(self, shelf: Shelf, before: Facts, by: User) -> Shelf:
        """Count the shelf on and note what is another now."""
        self.session.flush()
        after = self._facts(shelf)
        if before["books"] != after["books"]:
            self.shelves.count_on(shelf)
            was, now = ({"books": facts["books"]} for facts in (before, after))
            self._note(by, shelf.id, "change", was, now)
        return self.shelves.get(shelf.id)

    def _made(self, values: Values) -> Shelf:
        shelf = Shelf(entries=[])
        self._change(shelf, values)
        return shelf

    def _change(self, entity: Shelf, values: Values) -> None:
        given = dict(values)
        if "books" in given:
            self._stand(entity, given.pop("books"))
        super()._change(entity, given)
        if not entity.slug:
            stem = slug(entity.name) or "shelf"
            entity.slug = free(stem, self.shelves.taken_slugs(stem))

    def _stand(self, shelf: Shelf, cards: Sequence[Facts]) -> None:
        """Put these books on it, as the trail tells them; Conflict where one is gone."""
        books = self.books.by_ids(card["id"] for card in cards)
        if len(books) < len(cards):
            raise refused("book", _l("A book that stood there is gone."))
        there = {each.book_id: each for each in shelf.entries}
        entries = []
        for position, card in enumerate(cards):
            book = books[card["id"]]
            entry = there.get(book.id) or ShelfEntry(book_id=book.id, book=book)
            entry.position = position
            for name in CARD:
                setattr(entry, name, card.get(name))
            entries.append(entry)
        shelf.entries = entries

    def _values(self, facts: Facts) -> dict[str, Any]:
        cards = {"books": facts["books"]} if "books" in facts else {}
        return super()._values(facts) | cards

    def _touch(self, entity: Shelf) -> None:
        self.shelves.count_on(entity)

    def _facts(self, entity: Shelf) -> Facts:
        cards: list[dict[str, Any]] = [
            {"id": each.book_id, **{name: getattr(each, name) for name in CARD}}
            for each in sorted(entity.entries, key=lambda entry: entry.position)
        ]
        return super()._facts(entity) | {"books": cards}


def _entry(shelf: Shelf, book_id: int) -> ShelfEntry:
    for each in shelf.entries:
        if each.book_id == book_id:
            return each
    raise NotFound()


def _number(shelf: Shelf) -> None:
    for position, each in enumerate(shelf.entries):
        each.position = position
