"""The shop's own lists of books. Each walks along an index, however large the shop is."""

from __future__ import annotations

from sqlalchemy import Select, func, select

from shop.models import Book, BookSales
from shop.repositories.book_filters import is_out, on_sale
from shop.repositories.books import BookRepository, available
from shop.repositories.paging import Page

# A list ends here. Who leafs on looks for something else, and the catalogue has it.
LONGEST = 480


class BookListRepository(BookRepository):
    def new(self, page: int, limit: int) -> Page[Book]:
        """What came into the shop or came out, the latest first."""
        query = select(Book).where(on_sale(), is_out())
        return self._first(query.order_by(Book.appeared_at.desc(), Book.id.desc()), page, limit)

    def coming(self, page: int, limit: int) -> Page[Book]:
        """What is announced, the next first."""
        query = select(Book).where(on_sale(), ~is_out()).order_by(Book.released_on, Book.id)
        return self._first(query, page, limit)

    def reduced(self, page: int, limit: int) -> Page[Book]:
        """What can be had at a lower price, the largest discount first."""
        query = select(Book).where(Book.discount_percent > 0, available())
        return self._first(query.order_by(Book.discount_percent.desc(), Book.id), page, limit)

    def bestsellers(self, page: int, limit: int) -> Page[Book]:
        """What was sold most lately; nothing that was not sold at all."""
        query = select(Book).join(BookSales, BookSales.book_id == Book.id)
        query = query.where(on_sale(), BookSales.copies > 0)
        return self._first(query.order_by(BookSales.copies.desc(), Book.id), page, limit)

    def of_publisher(self, publisher_id: int, page: int, limit: int) -> Page[Book]:
        """The latest first; what is only announced comes last."""
        query = select(Book).where(on_sale(), Book.publisher_id == publisher_id)
        order = (is_out().desc(), Book.appeared_at.desc(), Book.id.desc())
        return self.page(query.order_by(*order), page, limit)

    def of_series(self, series_id: int, page: int, limit: int) -> Page[Book]:
        """By number; what has none comes last, the oldest work first."""
        query = select(Book).where(on_sale(), Book.series_id == series_id)
        order = (Book.series_number.nulls_last(), Book.published_year, Book.id)
        return self.page(query.order_by(*order), page, limit)

    def _first(self, query: Select[Book], page: int, limit: int) -> Page[Book]:
        """One page of the first LONGEST of an ordered query; no more are counted either."""
        within = query.with_only_columns(Book.id).limit(LONGEST).subquery()
        total = self.session.scalar(select(func.count()).select_from(within)) or 0
        offset = (page - 1) * limit
        wanted = min(limit, total - offset)
        books = self._listed(query.offset(offset), wanted) if wanted > 0 else ()
        return Page(books, total, page, limit)
