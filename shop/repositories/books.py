"""Books, and what is known about many of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.interfaces import ORMOption

from shop.models import (
    Book,
    BookContributor,
    Category,
    Contributor,
    ContributorRole,
    Image,
    StockRecord,
)
from shop.models.catalogue import book_categories
from shop.repositories.base import Repository, Sessions
from shop.repositories.book_filters import BookFilters
from shop.repositories.paging import Page
from shop.repositories.search import SearchRepository

LONGEST_FACET = 500


@dataclass(frozen=True)
class AuthorCount:
    author: Contributor
    count: int


@dataclass(frozen=True)
class LanguageCount:
    code: str
    count: int


class BookRepository(Repository[Book]):
    entity = Book

    def __init__(self, session: Sessions) -> None:
        super().__init__(session)
        self.search = SearchRepository(session)

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
        """A page of the matching books; of a search, the best match first where nothing is said."""
        if not filters.searches or filters.ordering():
            return self.page(self._searched(filters).apply(select(Book)), page, limit)
        found = self.search.find(str(filters.q))
        matching = self.session.scalars(self._ids(filters.among(found.ids))).all()
        ranked = self.search.ranked(found.among(matching))
        shown = ranked[(page - 1) * limit : page * limit].tolist()
        books = self.by_ids(shown)
        return Page([books[id] for id in shown if id in books], ranked.size, page, limit)

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

    def newest(self, limit: int, language: str | None = None) -> Sequence[Book]:
        query = select(Book).order_by(Book.created_at.desc(), Book.id.desc())
        if language is not None:
            query = query.where(Book.language == language, available())
        return self._listed(query, limit)

    def in_language(self, language: str, limit: int) -> Sequence[Book]:
        query = select(Book).where(Book.language == language, available())
        return self._listed(query.order_by(Book.id), limit)

    def discounted(self, language: str, limit: int) -> Sequence[Book]:
        """Those in this language first, then the largest discounts."""
        query = select(Book).where(Book.discount_percent > 0, available())
        order = (Book.language != language, Book.discount_percent.desc(), Book.id)
        return self._listed(query.order_by(*order), limit)

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

    def matching_ids(self, filters: BookFilters) -> Select[int]:
        return self._ids(self._searched(filters))

    def _ids(self, filters: BookFilters) -> Select[int]:
        return select(Book.id).where(filters.criterion())

    def _searched(self, filters: BookFilters) -> BookFilters:
        """The filters with what their text finds."""
        if not filters.searches:
            return filters
        return filters.among(self.search.find(str(filters.q)).ids)

    def author_counts(self, filters: BookFilters) -> list[AuthorCount]:
        """Authors of the matching books by name; of very many, those with the most books."""
        counted = func.count(BookContributor.book_id.distinct()).label("books")
        rows = self.session.execute(
            select(Contributor, counted)
            .join(BookContributor, BookContributor.contributor_id == Contributor.id)
            .where(
                BookContributor.role == ContributorRole.AUTHOR,
                BookContributor.book_id.in_(self.matching_ids(filters)),
            )
            .group_by(Contributor.id)
            .order_by(counted.desc(), Contributor.sort_name)
            .limit(LONGEST_FACET)
        )
        found = [AuthorCount(author, count) for author, count in rows]
        return sorted(found, key=lambda row: row.author.sort_name.casefold().replace("ё", "е"))

    def language_counts(self, filters: BookFilters) -> list[LanguageCount]:
        rows = self.session.execute(
            select(Book.language, func.count())
            .where(self._searched(filters).criterion())
            .group_by(Book.language)
            .order_by(func.count().desc(), Book.language)
        )
        return [LanguageCount(code, count) for code, count in rows]

    def category_counts(self, filters: BookFilters) -> dict[int, int]:
        """How many matching books hang at or below each category, by category id."""
        below = Category.__table__.alias("below")
        rows = self.session.execute(
            select(Category.id, func.count(book_categories.c.book_id.distinct()))
            .join(
                below,
                or_(
                    below.c.path == Category.path,
                    # Not LIKE: a path may hold an underscore.
                    func.starts_with(below.c.path, Category.path.concat("/")),
                ),
            )
            .join(book_categories, book_categories.c.category_id == below.c.id)
            .where(book_categories.c.book_id.in_(self.matching_ids(filters)))
            .group_by(Category.id)
        )
        return dict(rows.all())

    def _listed(self, query: Select[Book], limit: int) -> Sequence[Book]:
        return self.session.scalars(query.options(*self.loads()).limit(limit)).unique().all()


def available() -> ColumnElement[bool]:
    return Book.stock.has(StockRecord.num_available > 0)
