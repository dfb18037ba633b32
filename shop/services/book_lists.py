"""The shop's own lists: what is new, what is coming, what is reduced, what sells."""

from __future__ import annotations

from shop.models import Book
from shop.repositories.base import Sessions
from shop.repositories.book_lists import BookListRepository
from shop.repositories.paging import Page
from shop.services.base import EntityBaseService
from shop.services.catalogue_reads import reads_catalogue


class BookListService(EntityBaseService[Book]):
    def __init__(self, session: Sessions, lists: BookListRepository) -> None:
        super().__init__(session, lists)
        self.lists = lists

    @reads_catalogue
    def new(self, page: int, limit: int) -> Page[Book]:
        """What came into the shop or came out, the latest first."""
        with self.transaction():
            return self.lists.new(page, limit)

    @reads_catalogue
    def coming(self, page: int, limit: int) -> Page[Book]:
        """What is announced, the next first."""
        with self.transaction():
            return self.lists.coming(page, limit)

    @reads_catalogue
    def discounted(self, page: int, limit: int) -> Page[Book]:
        """What can be had at a lower price, the largest discount first."""
        with self.transaction():
            return self.lists.reduced(page, limit)

    @reads_catalogue
    def bestsellers(self, page: int, limit: int) -> Page[Book]:
        """What readers bought most lately."""
        with self.transaction():
            return self.lists.bestsellers(page, limit)
