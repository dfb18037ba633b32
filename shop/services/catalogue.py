"""Finding books, and what staff change about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from shop.errors import NotFound, Stale
from shop.models import (
    Book,
    Contributor,
    ShelfEntry,
    StockRecord,
    User,
)
from shop.models.isbn import normalise
from shop.repositories.audit import AuditRepository
from shop.repositories.base import Sessions
from shop.repositories.beside import Beside, BesideRepository
from shop.repositories.book_filters import BookFilters
from shop.repositories.books import BookRepository
from shop.repositories.catalogue import ContributorRepository
from shop.repositories.paging import Page
from shop.repositories.shelves import ShelfRepository
from shop.repositories.stock import StockRepository
from shop.services.base import EntityBaseService, retried
from shop.services.catalogue_reads import reads_catalogue

BESIDE = 6


@dataclass(frozen=True)
class BookPage:
    """A book with the cards that hang under it, and the books that stand beside it."""

    book: Book
    cards: Sequence[ShelfEntry]
    beside: Beside


class CatalogueService(EntityBaseService[Book]):
    def __init__(
        self,
        session: Sessions,
        books: BookRepository,
        beside: BesideRepository,
        contributors: ContributorRepository,
        shelves: ShelfRepository,
        stock: StockRepository,
        audit: AuditRepository,
    ) -> None:
        super().__init__(session, books)
        self.books = books
        self.beside = beside
        self.contributors = contributors
        self.shelves = shelves
        self.stock = stock
        self.audit = audit

    @reads_catalogue
    def find(
        self, filters: BookFilters, page: int, limit: int, after: int | None = None
    ) -> Page[Book]:
        """A page of the matching books; with `after`, those that follow this id, by id."""
        with self.transaction():
            if after is not None:
                return self.books.walk_found(filters, after, limit)
            return self.books.find(filters, page, limit)

    @reads_catalogue
    def book(self, book_id: int, *, for_staff: bool = False) -> Book:
        """One book; a draft is NotFound but for staff."""
        with self.transaction():
            return _shown(self.books.get(book_id), for_staff)

    @reads_catalogue
    def book_page(self, book_id: int, *, for_staff: bool = False) -> BookPage:
        with self.transaction():
            book = _shown(self.books.get(book_id), for_staff)
            return BookPage(book, self.shelves.cards_of(book), self.beside.of(book, BESIDE))

    @reads_catalogue
    def book_by_isbn(self, text: str, *, for_staff: bool = False) -> Book:
        """The book with this ISBN, given in any form; a draft is NotFound but for staff."""
        try:
            isbn = normalise(text)
        except ValueError:
            raise NotFound() from None
        with self.transaction():
            return _shown(self.books.by_isbn(isbn), for_staff)

    @reads_catalogue
    def author(self, author_id: int) -> Contributor:
        with self.transaction():
            return self.contributors.get(author_id)

    @retried
    def reprice(
        self, book_id: int, version: int, list_price: Decimal, discount_percent: int, by: User
    ) -> Book:
        """Set price and discount; Stale when the book was changed after `version` was read."""
        with self.transaction():
            book = self.books.get(book_id)
            if book.version != version:
                raise Stale()
            before = _price_facts(book)
            book.reprice(list_price, discount_percent)
            self.session.flush()
            self.audit.note(by, "book", book.id, "reprice", before, _price_facts(book))
            return book

    @retried
    def recount(self, book_id: int, seen: int, counted: int, by: User) -> StockRecord:
        """Put the counted number of copies in place of `seen`; Stale when it is another by now.

        Conflict when fewer are counted than are promised to orders.
        """
        with self.transaction():
            if not self.stock.recount(book_id, seen, counted):
                self.stock.get(book_id)
                raise Stale()
            self.audit.note(
                by,
                "book",
                book_id,
                "recount",
                {"num_in_stock": seen},
                {"num_in_stock": counted},
            )
            return self.stock.get(book_id)


def _shown(book: Book, for_staff: bool) -> Book:
    if book.is_draft and not for_staff:
        raise NotFound()
    return book


def _price_facts(book: Book) -> dict[str, object]:
    return {
        "list_price": f"{book.list_price:.2f}",
        "discount_percent": book.discount_percent,
    }
