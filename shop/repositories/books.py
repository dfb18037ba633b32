"""Books, and what is known about many of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from shop.models import (
    Book,
    BookContributor,
    Category,
    Contributor,
    ContributorRole,
    Image,
)
from shop.models.catalogue import book_categories
from shop.repositories.base import Repository
from shop.repositories.book_filters import BookFilters, is_out
from shop.repositories.paging import Page

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

    def loads(self) -> tuple[ORMOption, ...]:
        """What a book page shows: four statements, however many books there are."""
        return (
            *self.on_a_card(),
            joinedload(Book.publisher),
            joinedload(Book.series),
            selectinload(Book.categories),
        )

    def on_a_card(self) -> tuple[ORMOption, ...]:
        """What a card shows."""
        return (
            selectinload(Book.contributors).joinedload(BookContributor.contributor),
            joinedload(Book.stock),
            selectinload(Book.images).joinedload(Image.renditions),
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

    def cards(self, ids: Iterable[int]) -> dict[int, Book]:
        """Books with what a card shows, by id."""
        query = select(Book).where(Book.id.in_(list(ids))).options(*self.on_a_card())
        return {book.id: book for book in self.session.scalars(query).unique()}

    def newest(self, limit: int, language: str | None = None) -> Sequence[Book]:
        query = select(Book).where(is_out()).order_by(Book.appeared_at.desc(), Book.id.desc())
        if language is not None:
            query = query.where(Book.language == language, available())
        return self._listed(query, limit)

    def in_language(self, language: str, limit: int) -> Sequence[Book]:
        query = select(Book).where(Book.language == language, available())
        return self._listed(query.order_by(Book.id), limit)

    def discounted(self, language: str, limit: int) -> Sequence[Book]:
        """Those in this language first, then the largest discounts.

        Two short walks along the index of discounts: one order for both would sort them all.
        """
        query = select(Book).where(Book.discount_percent > 0, available())
        query = query.order_by(Book.discount_percent.desc(), Book.id)
        own = self._listed(query.where(Book.language == language), limit)
        if len(own) == limit:
            return own
        others = self._listed(query.where(Book.language != language), limit - len(own))
        return [*own, *others]

    def count(self) -> int:
        return self.session.scalar(select(func.count(Book.id))) or 0

    def matching_ids(self, filters: BookFilters) -> Select[int]:
        return select(Book.id).where(filters.criterion())

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
            .where(filters.criterion())
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
        shown = query.options(*self.on_a_card()).limit(limit)
        return self.session.scalars(shown).unique().all()


def available() -> ColumnElement[bool]:
    return BookFilters.filter_in_stock(True)
