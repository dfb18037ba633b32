"""Books, and what is known about many of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from shop.models import (
    Book,
    BookContributor,
    Category,
    Image,
)
from shop.repositories.base import Repository
from shop.repositories.book_filters import BookFilters
from shop.repositories.paging import Page


class BookRepository(Repository[Book]):
    entity = Book

    def loads(self) -> tuple[ORMOption, ...]:
        """What a card and a book page show."""
        return (
            selectinload(Book.contributors).selectinload(BookContributor.contributor),
            selectinload(Book.stock),
            selectinload(Book.images).selectinload(Image.renditions),
            selectinload(Book.publisher),
            selectinload(Book.series),
            selectinload(Book.categories),
        )

    def find(self, filters: BookFilters, page: int, limit: int) -> Page[Book]:
        return self.page(filters.apply(select(Book)), page, limit)

    def by_isbn(self, isbn: str) -> Book:
        query = select(Book).where(Book.isbn == isbn).options(*self.loads())
        return self.session.scalars(query).unique().one()

    def by_ids(self, ids: Iterable[int]) -> dict[int, Book]:
        query = (
            select(Book)
            .where(Book.id.in_(list(ids)))
            .options(*self.loads())
            .execution_options(populate_existing=True)
        )
        return {book.id: book for book in self.session.scalars(query).unique()}

    def cards(self, ids: Sequence[int]) -> Sequence[Book]:
        """These books in this order, with what a card shows: two statements, however many."""
        if not ids:
            return []
        query = (
            select(Book)
            .where(Book.id.in_(ids))
            .options(
                joinedload(Book.stock),
                joinedload(Book.contributors).joinedload(BookContributor.contributor),
                selectinload(Book.images).joinedload(Image.renditions),
            )
            .execution_options(populate_existing=True)
        )
        found = {book.id: book for book in self.session.scalars(query).unique()}
        return [found[each] for each in ids if each in found]

    def sharing_author(self, book: Book, limit: int) -> Sequence[Book]:
        """Other books by the same authors."""
        ids = [author.id for author in book.authors]
        theirs = BookFilters(author__id__in=ids).criterion()
        query = select(Book).where(theirs, Book.id != book.id)
        return self._listed(query.order_by(Book.published_year, Book.id), limit)

    def sharing_category(self, book: Book, limit: int) -> Sequence[Book]:
        """Books on the same shelf by others, those nearest in time first."""
        ids = [category.id for category in book.categories]
        same_author = BookFilters(author__id__in=[a.id for a in book.authors]).criterion()
        nearness = func.abs(Book.published_year - (book.published_year or 1900))
        query = (
            select(Book)
            .where(
                Book.categories.any(Category.id.in_(ids)),
                Book.language == book.language,
                Book.id != book.id,
                ~same_author,
            )
            .order_by(nearness, Book.id)
        )
        return self._listed(query, limit)

    def count(self) -> int:
        return self.session.scalar(select(func.count(Book.id))) or 0

    def sitemap(self) -> Sequence[Book]:
        """Every book with its address and its last change only."""
        return self.session.scalars(select(Book).order_by(Book.id)).all()

    def _listed(self, query: Select[Book], limit: int) -> Sequence[Book]:
        return self.session.scalars(query.options(*self.loads()).limit(limit)).unique().all()
