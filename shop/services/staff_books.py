"""The list of books as staff work on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shop.models import Book, Category
from shop.repositories.base import Sessions
from shop.repositories.books import BookRepository
from shop.repositories.catalogue import CategoryRepository
from shop.repositories.paging import Page
from shop.repositories.staff_book_filters import StaffBookFilters
from shop.services.base import EntityBaseService


class StaffBookService(EntityBaseService[Book]):
    def __init__(
        self, session: Sessions, books: BookRepository, categories: CategoryRepository
    ) -> None:
        super().__init__(session, books)
        self.books = books
        self.categories = categories

    def listed(self, filters: StaffBookFilters, page: int, limit: int) -> Page[Book]:
        """One page; counted and leafed through as far as 10,000."""
        with self.transaction():
            return self.books.listed(filters, page, limit)

    def tree(self) -> Sequence[Category]:
        """All categories, each behind the one that it is under."""
        with self.transaction():
            return self.categories.all()

    def all(self, filters: StaffBookFilters) -> Iterator[Book]:
        """Every matching book, by id, a part at a time: the memory holds one of them."""
        with self.transaction():
            found = self.books.with_found(filters)
        yield from self._in_parts(lambda after, limit: self.books.part(found, after, limit))
