"""What books can be filtered and sorted by: one definition for pages, API and staff lists."""

from __future__ import annotations

from sqlalchemy import and_, func, or_

from shop.models import (
    Book,
    BookContributor,
    Category,
    Contributor,
    ContributorRole,
    Publisher,
    Series,
    StockRecord,
)
from shop.models.columns import today
from shop.models.isbn import normalise
from shop.repositories.filters import Criterion, CsvInt, CsvStr, Filters, Hop, Int, Sum, Text

MOST_WORDS = 8


def by_role(role: ContributorRole) -> Hop:
    def wrap(criterion: Criterion) -> Criterion:
        return Book.contributors.any(
            and_(BookContributor.role == role, BookContributor.contributor.has(criterion))
        )

    return Contributor, wrap


class BookFilters(
    Filters,
    entity=Book,
    order=("price", "title", "published_year", "created_at", "id"),
    hops={
        "author": by_role(ContributorRole.AUTHOR),
        "translator": by_role(ContributorRole.TRANSLATOR),
        "category": (Category, Book.categories.any),
    },
):
    q: Text | None = None
    category: Text | None = None
    in_stock: bool | None = None
    id__in: CsvInt | None = None
    isbn__eq: Text | None = None
    title__ilike: Text | None = None
    title__eq: Text | None = None
    price__gte: Sum | None = None
    price__lte: Sum | None = None
    price__gt: Sum | None = None
    price__lt: Sum | None = None
    discount_percent__gt: Int | None = None
    language__eq: Text | None = None
    language__in: CsvStr | None = None
    format__eq: Text | None = None
    format__in: CsvStr | None = None
    published_year__gte: Int | None = None
    published_year__lte: Int | None = None
    published_year__eq: Int | None = None
    age_mark__lte: Int | None = None
    author__id__eq: Int | None = None
    author__id__in: CsvInt | None = None
    author__name__ilike: Text | None = None
    author__slug__eq: Text | None = None
    translator__name__ilike: Text | None = None
    category__slug__eq: Text | None = None
    category__slug__in: CsvStr | None = None
    publisher__name__eq: Text | None = None
    publisher__name__ilike: Text | None = None
    publisher__slug__eq: Text | None = None
    series__name__ilike: Text | None = None
    series__slug__eq: Text | None = None
    series__id__isnull: bool | None = None

    @staticmethod
    def filter_in_stock(value: bool) -> Criterion:
        """There is a copy, and the day on which the book comes out is not still to come."""
        available = and_(is_out(), Book.stock.has(StockRecord.num_available > 0))
        return available if value else ~available

    @staticmethod
    def filter_category(path: str) -> Criterion:
        """The category at this path of slugs, and everything below it."""
        under = Category.path.startswith(f"{path}/", autoescape=True)
        return Book.categories.any(or_(Category.path == path, under))

    @staticmethod
    def filter_q(text: str) -> Criterion:
        """Each word somewhere in what names a book; an ISBN in any form finds its book."""
        try:
            return Book.isbn == normalise(text)
        except ValueError:
            words = text.split()[:MOST_WORDS]
            return and_(True, *(_names(word) for word in words))


def is_out() -> Criterion:
    """Not one of the books that are announced for a day to come."""
    return or_(Book.released_on.is_(None), Book.released_on <= today())


def _names(word: str) -> Criterion:
    def has(column: object) -> Criterion:
        return func.strpos(func.fold(column), func.fold(word)) > 0

    return or_(
        has(Book.title),
        has(Book.subtitle),
        Book.isbn.contains(word, autoescape=True),
        Book.contributors.any(
            BookContributor.contributor.has(or_(has(Contributor.name), has(Contributor.name_en)))
        ),
        Book.series.has(has(Series.name)),
        Book.publisher.has(has(Publisher.name)),
    )
