"""What contributors, publishers, series and categories can be filtered and sorted by."""

from __future__ import annotations

import re
from typing import Annotated, Any

from sqlalchemy import Select, func, literal, or_, select

from shop.models import (
    Book,
    BookContributor,
    Category,
    Contributor,
    ContributorRole,
    Publisher,
    Series,
)
from shop.repositories.book_filters import CsvPath, Path
from shop.repositories.filters import CSV, Criterion, CsvInt, CsvStr, Filters, Int, Text

CsvRole = Annotated[list[ContributorRole], CSV]


# An index of trigrams finds no fewer letters in the middle of a word.
TRIGRAM = 3


def has_folded(text: str, names: Any) -> Criterion:
    """The folded names have the text; case, accents and ё do not matter. An index of trigrams
    finds it: one or two letters are those that some word begins with."""
    plain = func.fold(re.sub(r"([\\%_])", r"\\\1", text))
    rest = plain.concat("%")
    if len(text.strip()) < TRIGRAM:
        return or_(names.like(rest), names.like(literal("% ").concat(rest)))
    has: Criterion = names.like(literal("%").concat(rest))
    return has


def _unused(books: Select[Any], value: bool) -> Criterion:
    return ~books.exists() if value else books.exists()


class ContributorFilters(Filters, entity=Contributor, order=("name", "sort_name", "slug", "id")):
    q: Text | None = None
    id__eq: Int | None = None
    id__gt: Int | None = None
    id__lt: Int | None = None
    id__in: CsvInt | None = None
    name__eq: Text | None = None
    name__ilike: Text | None = None
    name__in: CsvStr | None = None
    name_en__ilike: Text | None = None
    name_en__isnull: bool | None = None
    sort_name__ilike: Text | None = None
    slug__eq: Text | None = None
    slug__in: CsvStr | None = None
    role__eq: ContributorRole | None = None
    role__in: CsvRole | None = None
    # True where no book names them.
    unused: bool | None = None

    @staticmethod
    def filter_unused(value: bool) -> Criterion:
        used = select(BookContributor.book_id)
        return _unused(used.where(BookContributor.contributor_id == Contributor.id), value)

    @staticmethod
    def filter_q(text: str) -> Criterion:
        return has_folded(text, func.folded_names(Contributor.name, Contributor.name_en))

    @staticmethod
    def filter_role__eq(role: ContributorRole) -> Criterion:
        return ContributorFilters.filter_role__in([role])

    @staticmethod
    def filter_role__in(roles: list[ContributorRole]) -> Criterion:
        """Those who did this for some book."""
        did = select(BookContributor.book_id).where(
            BookContributor.contributor_id == Contributor.id, BookContributor.role.in_(roles)
        )
        return did.exists()


class PublisherFilters(Filters, entity=Publisher, order=("name", "slug", "id")):
    q: Text | None = None
    id__eq: Int | None = None
    id__gt: Int | None = None
    id__lt: Int | None = None
    id__in: CsvInt | None = None
    name__eq: Text | None = None
    name__ilike: Text | None = None
    name__in: CsvStr | None = None
    slug__eq: Text | None = None
    slug__in: CsvStr | None = None
    # True where no book has it.
    unused: bool | None = None

    @staticmethod
    def filter_unused(value: bool) -> Criterion:
        return _unused(select(Book.id).where(Book.publisher_id == Publisher.id), value)

    @staticmethod
    def filter_q(text: str) -> Criterion:
        return has_folded(text, func.fold(Publisher.name))


class SeriesFilters(Filters, entity=Series, order=("name", "slug", "id")):
    q: Text | None = None
    id__eq: Int | None = None
    id__gt: Int | None = None
    id__lt: Int | None = None
    id__in: CsvInt | None = None
    name__eq: Text | None = None
    name__ilike: Text | None = None
    name__in: CsvStr | None = None
    slug__eq: Text | None = None
    slug__in: CsvStr | None = None
    # True where no book has it.
    unused: bool | None = None

    @staticmethod
    def filter_unused(value: bool) -> Criterion:
        return _unused(select(Book.id).where(Book.series_id == Series.id), value)

    @staticmethod
    def filter_q(text: str) -> Criterion:
        return has_folded(text, func.fold(Series.name))


class CategoryFilters(
    Filters, entity=Category, order=("path", "name", "name_ru", "slug", "position", "id")
):
    q: Text | None = None
    id__eq: Int | None = None
    id__gt: Int | None = None
    id__lt: Int | None = None
    id__in: CsvInt | None = None
    name__eq: Text | None = None
    name__ilike: Text | None = None
    name__in: CsvStr | None = None
    name_ru__ilike: Text | None = None
    name_ru__isnull: bool | None = None
    slug__eq: Text | None = None
    slug__in: CsvStr | None = None
    path__eq: Path | None = None
    path__in: CsvPath | None = None
    # Below this path of slugs, however far.
    under: Path | None = None
    parent_id__eq: Int | None = None
    parent_id__in: CsvInt | None = None
    parent_id__isnull: bool | None = None

    @staticmethod
    def filter_q(text: str) -> Criterion:
        return has_folded(text, func.folded_names(Category.name, Category.name_ru))

    @staticmethod
    def filter_under(path: str) -> Criterion:
        return Category.path.startswith(f"{path}/", autoescape=True)
