"""A book as the form of staff writes it: whom it names by name, and how it would look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import object_session

from shop.errors import Conflict, Invalid
from shop.models import (
    Book,
    BookContributor,
    Contributor,
    Publisher,
    Series,
    StockRecord,
    User,
)
from shop.models.isbn import normalise
from shop.services.base import retried
from shop.services.book_editing import COLUMNS, BookEditingService
from shop.services.book_import.names import PersonName
from shop.services.named_by_staff import Person
from shop.services.written_books import Asked, Become, Written, paths_of, told_by_supplier


class BookWritingService(BookEditingService):
    """Whom a book names is found by name, or made with it."""

    @retried
    def write(self, key: int | None, version: int | None, written: Written, by: User) -> Book:
        """A new book, or with a `key` one that is changed; who is not known yet is made with it.

        Stale and Conflict are those of `amend` and `add`.
        """
        with self.transaction():
            people = self.named.people([person for person, _ in written.people], by)
            credits = [(people[person], role) for person, role in written.people]
            values: dict[str, Any] = {
                **written.values,
                "contributors": list(dict.fromkeys(credits)),
                "publisher_id": self.named.house("publisher", written.publisher, by),
                "series_id": self.named.house("series", written.series, by),
            }
            if key is None:
                return self.add(values, by)
            return self.amend(key, version, values, by)

    def draft_of(self, text: str, by: User) -> Asked:
        """The book with this ISBN, or the draft that what a supplier tells of it is enough for."""
        try:
            isbn = normalise(text)
        except ValueError:
            return Asked(text, Become.NO_ISBN)
        with self.transaction():
            if book := self._there(isbn):
                return Asked(text, Become.THERE, isbn, book)
            cells = self.supplies.cells_of([isbn]).get(isbn)
            if cells is None:
                return Asked(text, Become.UNKNOWN, isbn)
            written = told_by_supplier(isbn, cells, self.categories.ids_of(paths_of(cells)))
        return self._drafted(Asked(text, Become.MISSING, isbn), written, by)

    def _there(self, isbn: str) -> Book | None:
        with suppress(NoResultFound):
            return self.books.by_isbn(isbn)
        return None

    def _drafted(self, asked: Asked, written: Written | None, by: User) -> Asked:
        """As it was where it is not enough, or where a name or a number is refused."""
        if written:
            with suppress(Invalid, Conflict):
                book = self.write(None, None, written, by)
                return replace(asked, become=Become.DRAFT, book=book)
        return asked

    def imagined(self, key: int | None, written: Written) -> Book:
        """The book as it would be. It belongs to no session, so nothing of it is ever written."""
        with self.transaction():
            book = self._loose(key)
            for name in COLUMNS:
                if name in written.values:
                    setattr(book, name, written.values[name])
            known = self.named.known_people(person for person, _ in written.people)
            book.contributors = [
                BookContributor(
                    contributor=known.get(person) or _newcomer(person), role=role, position=place
                )
                for place, (person, role) in enumerate(written.people)
            ]
            book.publisher = self._house("publisher", written.publisher)
            book.series = self._house("series", written.series)
            book.categories = self._filed(written.values.get("category_ids", ()))
            book.price = self.books.price_of(book.list_price, book.discount_percent or 0)
            return book

    def unknown(self, people: Sequence[Person], houses: Mapping[str, str | None]) -> set[str]:
        """The names among these that a book would bring into the shop."""
        with self.transaction():
            known = self.named.known_people(people)
            new = {p.name for p in people if isinstance(p, PersonName) and p not in known}
            return new | {
                name for kind, name in houses.items() if name and not self._has(kind, name)
            }

    def _has(self, kind: str, name: str) -> bool:
        return self.named.known_house(kind, name) is not None

    def _loose(self, key: int | None) -> Book:
        if key is None:
            stock = StockRecord(num_in_stock=1, num_allocated=0)
            return Book(id=0, slug="book", sku="", stock=stock, images=[])
        book = self.repository.get(key)
        if session := object_session(book):
            session.expunge(book)
        return book

    def _house(self, kind: str, name: str | None) -> Any | None:
        if not name:
            return None
        model = Publisher if kind == "publisher" else Series
        return self.named.known_house(kind, name) or model(id=0, name=name, slug=kind)


def _newcomer(person: Person) -> Contributor:
    name = person.name if isinstance(person, PersonName) else "?"
    return Contributor(id=0, name=name, sort_name=name, slug="author")
