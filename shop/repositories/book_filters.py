"""What books can be filtered and sorted by: one definition for pages, API and staff lists."""

from __future__ import annotations

from typing import Annotated, Any, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, PrivateAttr, StringConstraints, WithJsonSchema
from sqlalchemy import ARRAY, Integer, and_, any_, bindparam, or_, true

from shop.models import (
    AGE_MARKS,
    Book,
    BookContributor,
    BookFormat,
    BookStatus,
    Category,
    Contributor,
    ContributorRole,
    StockRecord,
)
from shop.models.catalogue import LONGEST_PATH
from shop.models.columns import today
from shop.repositories.filters import (
    CSV,
    Criterion,
    CsvInt,
    CsvStr,
    Filters,
    Hop,
    Int,
    Moment,
    Sum,
    Text,
)


def _age_mark(value: int) -> int:
    if value not in AGE_MARKS:
        raise ValueError(f"is one of {', '.join(map(str, AGE_MARKS))}")
    return value


# ISO 639-1.
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
AgeMark = Annotated[
    int, AfterValidator(_age_mark), WithJsonSchema({"type": "integer", "enum": list(AGE_MARKS)})
]
# Slugs from the root.
Path = Annotated[str, StringConstraints(max_length=LONGEST_PATH, pattern=r"^[^\x00]*$")]
CsvLanguage = Annotated[list[Language], CSV]
CsvFormat = Annotated[list[BookFormat], CSV]
CsvStatus = Annotated[list[BookStatus], CSV]
CsvAgeMark = Annotated[list[AgeMark], CSV]
CsvPath = Annotated[list[Path], CSV]


def by_role(role: ContributorRole | None) -> Hop:
    """People who did this for the book; None for anything."""
    did = BookContributor.role == role if role else true()

    def wrap(criterion: Criterion) -> Criterion:
        return Book.contributors.any(and_(did, BookContributor.contributor.has(criterion)))

    return Contributor, wrap


ORDER = (
    *("price", "list_price", "discount_percent", "title", "published_year", "pages"),
    *("created_at", "appeared_at", "updated_at", "id"),
)
HOPS: dict[str, Hop] = {
    "author": by_role(ContributorRole.AUTHOR),
    "translator": by_role(ContributorRole.TRANSLATOR),
    "illustrator": by_role(ContributorRole.ILLUSTRATOR),
    "contributor": by_role(None),
    "category": (Category, Book.categories.any),
}


class BookFilters(Filters, entity=Book, order=ORDER, hops=HOPS):
    """Shoppers' lists hold what is on sale, whatever is asked; `for_staff` hold all books."""

    q: Text | None = None
    # Paths of slugs from the root: those categories, and all below them.
    category: CsvPath | None = None
    in_stock: bool | None = None
    id__eq: Int | None = None
    id__neq: Int | None = None
    id__gt: Int | None = None
    id__gte: Int | None = None
    id__lt: Int | None = None
    id__lte: Int | None = None
    id__in: CsvInt | None = None
    isbn__eq: Text | None = None
    isbn__in: CsvStr | None = None
    isbn__isnull: bool | None = None
    sku__eq: Text | None = None
    sku__in: CsvStr | None = None
    slug__eq: Text | None = None
    slug__in: CsvStr | None = None
    title__eq: Text | None = None
    title__neq: Text | None = None
    title__ilike: Text | None = None
    title__in: CsvStr | None = None
    subtitle__ilike: Text | None = None
    subtitle__isnull: bool | None = None
    description__ilike: Text | None = None
    language__eq: Language | None = None
    language__neq: Language | None = None
    language__in: CsvLanguage | None = None
    status__eq: BookStatus | None = None
    status__in: CsvStatus | None = None
    format__eq: BookFormat | None = None
    format__neq: BookFormat | None = None
    format__in: CsvFormat | None = None
    published_year__eq: Int | None = None
    published_year__neq: Int | None = None
    published_year__gt: Int | None = None
    published_year__gte: Int | None = None
    published_year__lt: Int | None = None
    published_year__lte: Int | None = None
    published_year__in: CsvInt | None = None
    published_year__isnull: bool | None = None
    pages__eq: Int | None = None
    pages__gt: Int | None = None
    pages__gte: Int | None = None
    pages__lt: Int | None = None
    pages__lte: Int | None = None
    pages__isnull: bool | None = None
    age_mark__eq: AgeMark | None = None
    age_mark__gt: Int | None = None
    age_mark__gte: Int | None = None
    age_mark__lt: Int | None = None
    age_mark__lte: Int | None = None
    age_mark__in: CsvAgeMark | None = None
    price__eq: Sum | None = None
    price__gt: Sum | None = None
    price__gte: Sum | None = None
    price__lt: Sum | None = None
    price__lte: Sum | None = None
    list_price__eq: Sum | None = None
    list_price__gt: Sum | None = None
    list_price__gte: Sum | None = None
    list_price__lt: Sum | None = None
    list_price__lte: Sum | None = None
    discount_percent__eq: Int | None = None
    discount_percent__gt: Int | None = None
    discount_percent__gte: Int | None = None
    discount_percent__lt: Int | None = None
    discount_percent__lte: Int | None = None
    created_at__gt: Moment | None = None
    created_at__gte: Moment | None = None
    created_at__lt: Moment | None = None
    created_at__lte: Moment | None = None
    updated_at__gt: Moment | None = None
    updated_at__gte: Moment | None = None
    updated_at__lt: Moment | None = None
    updated_at__lte: Moment | None = None
    author__id__eq: Int | None = None
    author__id__in: CsvInt | None = None
    author__name__eq: Text | None = None
    author__name__ilike: Text | None = None
    author__name__in: CsvStr | None = None
    author__slug__eq: Text | None = None
    author__slug__in: CsvStr | None = None
    author__id__isnull: bool | None = None
    translator__id__eq: Int | None = None
    translator__id__in: CsvInt | None = None
    translator__name__eq: Text | None = None
    translator__name__ilike: Text | None = None
    translator__name__in: CsvStr | None = None
    translator__slug__eq: Text | None = None
    translator__slug__in: CsvStr | None = None
    illustrator__id__eq: Int | None = None
    illustrator__id__in: CsvInt | None = None
    illustrator__name__eq: Text | None = None
    illustrator__name__ilike: Text | None = None
    illustrator__name__in: CsvStr | None = None
    illustrator__slug__eq: Text | None = None
    illustrator__slug__in: CsvStr | None = None
    contributor__id__eq: Int | None = None
    contributor__id__in: CsvInt | None = None
    contributor__name__eq: Text | None = None
    contributor__name__ilike: Text | None = None
    contributor__name__in: CsvStr | None = None
    contributor__slug__eq: Text | None = None
    contributor__slug__in: CsvStr | None = None
    category__id__eq: Int | None = None
    category__id__in: CsvInt | None = None
    category__id__isnull: bool | None = None
    category__name__eq: Text | None = None
    category__name__ilike: Text | None = None
    category__name__in: CsvStr | None = None
    category__slug__eq: Text | None = None
    category__slug__in: CsvStr | None = None
    publisher__id__eq: Int | None = None
    publisher__id__in: CsvInt | None = None
    publisher__id__isnull: bool | None = None
    publisher__name__eq: Text | None = None
    publisher__name__neq: Text | None = None
    publisher__name__ilike: Text | None = None
    publisher__name__in: CsvStr | None = None
    publisher__slug__eq: Text | None = None
    publisher__slug__in: CsvStr | None = None
    series__id__eq: Int | None = None
    series__id__in: CsvInt | None = None
    series__id__isnull: bool | None = None
    series__name__eq: Text | None = None
    series__name__neq: Text | None = None
    series__name__ilike: Text | None = None
    series__name__in: CsvStr | None = None
    series__slug__eq: Text | None = None
    series__slug__in: CsvStr | None = None
    category__path__eq: Path | None = None
    category__path__in: CsvPath | None = None
    series_number__eq: Int | None = None
    series_number__gte: Int | None = None
    series_number__lte: Int | None = None

    @staticmethod
    def filter_in_stock(value: bool) -> Criterion:
        """There is a copy, and the day on which the book comes out is not still to come."""
        available = and_(is_out(), Book.stock.has(StockRecord.num_available > 0))
        return available if value else ~available

    @staticmethod
    def filter_category(paths: list[str]) -> Criterion:
        under = (Category.path.startswith(f"{path}/", autoescape=True) for path in paths)
        return Book.categories.any(or_(Category.path.in_(paths), *under))

    @staticmethod
    def filter_q(text: str) -> Criterion:
        """Nothing here: a text is searched for first, and then these filters are `among` what
        was found."""
        return and_(True)

    _found: NDArray[np.int32] | None = PrivateAttr(None)
    _for_staff: bool = PrivateAttr(False)

    def for_staff(self) -> Self:
        """These filters on all books, drafts and what is withdrawn among them."""
        filters = self.model_copy()
        filters._for_staff = True
        return filters

    @property
    def shows_drafts(self) -> bool:
        return self._for_staff

    @property
    def searches(self) -> bool:
        return bool(self.q and self.q.strip())

    @property
    def narrowing(self) -> dict[str, Any]:
        """What was asked besides a search and an order."""
        return self.model_dump(exclude_none=True, exclude={"order_by", "q"})

    def among(self, ids: NDArray[np.int32]) -> Self:
        """These filters on the books that `q` finds."""
        filters = self.model_copy()
        filters._found = ids
        return filters

    def criterion(self) -> Criterion:
        """Everything that was asked; LookupError where `q` was not searched for."""
        asked = super().criterion() if self._for_staff else and_(on_sale(), super().criterion())
        if not self.searches:
            return asked
        if self._found is None:
            raise LookupError("BookFilters.q: search first, then `among` what was found")
        # One parameter, however many books there are.
        ids: Any = bindparam(None, self._found.tolist(), type_=ARRAY(Integer))
        return and_(Book.id == any_(ids), asked)


def on_sale() -> Criterion:
    """What shoppers find: neither a draft nor withdrawn."""
    return Book.status == BookStatus.ON_SALE


def is_out() -> Criterion:
    """Not one of the books that are announced for a day to come."""
    return or_(Book.released_on.is_(None), Book.released_on <= today())
