"""What books can be filtered and sorted by: one definition for pages, API and staff lists."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import PrivateAttr
from sqlalchemy import ARRAY, Integer, and_, any_, bindparam, or_

from shop.models import (
    Book,
    BookContributor,
    Category,
    Contributor,
    ContributorRole,
    StockRecord,
)
from shop.repositories.filters import Criterion, CsvInt, CsvStr, Filters, Hop, Int, Sum, Text


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
        available = Book.stock.has(StockRecord.num_available > 0)
        return available if value else ~available

    @staticmethod
    def filter_category(path: str) -> Criterion:
        """The category at this path of slugs, and everything below it."""
        under = Category.path.startswith(f"{path}/", autoescape=True)
        return Book.categories.any(or_(Category.path == path, under))

    @staticmethod
    def filter_q(text: str) -> Criterion:
        """Nothing here: a text is searched for first, and then these filters are `among` what
        was found."""
        return and_(True)

    _found: NDArray[np.int32] | None = PrivateAttr(None)

    @property
    def searches(self) -> bool:
        return bool(self.q and self.q.strip())

    def among(self, ids: NDArray[np.int32]) -> Self:
        """These filters on the books that `q` finds."""
        filters = self.model_copy()
        filters._found = ids
        return filters

    def criterion(self) -> Criterion:
        """Everything that was asked; LookupError where `q` was not searched for."""
        if not self.searches:
            return super().criterion()
        if self._found is None:
            raise LookupError("BookFilters.q: search first, then `among` what was found")
        # One parameter, however many books there are.
        ids: Any = bindparam(None, self._found.tolist(), type_=ARRAY(Integer))
        return and_(Book.id == any_(ids), super().criterion())
