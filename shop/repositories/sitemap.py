"""The addresses of everything, in parts of the same size: by ranges of primary keys.

A part holds what was numbered in its range, so that nothing is counted, skipped or sorted to find
it, and an entity stays in its part for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, func, literal, null, select, true

from shop.models import Book, BookContributor, Category, Contributor, ContributorRole, Publisher
from shop.models import Series as BookSeries
from shop.repositories.base import Sessions
from shop.repositories.book_filters import on_sale

# In two languages 40 000 addresses: the protocol takes 50 000, and 50 MB, in a file.
PART = 20_000


class Kind(StrEnum):
    BOOKS = "books"
    AUTHORS = "authors"
    SERIES = "series"
    PUBLISHERS = "publishers"
    CATEGORIES = "categories"


@dataclass(frozen=True)
class Entry:
    """`name` is the part of the address that names it: a slug, or a category's path."""

    id: int
    name: str
    changed: datetime | None


# What is listed: an entity, what names it, when it was changed, and which of them have a page
# with something on it.
Listed = tuple[Any, Any, Any, ColumnElement[bool]]
LISTED: dict[Kind, Listed] = {
    Kind.BOOKS: (Book, Book.slug, Book.updated_at, on_sale()),
    Kind.AUTHORS: (
        Contributor,
        Contributor.slug,
        null(),
        select(BookContributor.book_id)
        .join(Book, Book.id == BookContributor.book_id)
        .where(
            on_sale(),
            BookContributor.contributor_id == Contributor.id,
            BookContributor.role == ContributorRole.AUTHOR,
        )
        .exists(),
    ),
    Kind.SERIES: (
        BookSeries,
        BookSeries.slug,
        null(),
        select(Book.id).where(on_sale(), Book.series_id == BookSeries.id).exists(),
    ),
    Kind.PUBLISHERS: (
        Publisher,
        Publisher.slug,
        null(),
        select(Book.id).where(on_sale(), Book.publisher_id == Publisher.id).exists(),
    ),
    Kind.CATEGORIES: (Category, Category.path, null(), true()),
}


class SitemapRepository:
    def __init__(self, session: Sessions) -> None:
        self.session = session

    def parts(self, kind: Kind) -> Sequence[int]:
        """The numbers, from 1, of the parts that have something in them."""
        entity, _, _, is_shown = LISTED[kind]
        last = select(func.max(entity.id)).scalar_subquery()
        number = func.generate_series(1, func.coalesce((last - 1) // literal(PART), 0) + 1)
        parts = select(number.label("number")).subquery()
        first = (parts.c.number - 1) * PART
        filled = select(entity.id).where(entity.id > first, entity.id <= first + PART, is_shown)
        # One look into the index for each: EXISTS would be joined, by reading all that there is.
        found = filled.limit(1).correlate(parts).scalar_subquery()
        query = select(parts.c.number).where(found.is_not(None)).order_by(parts.c.number)
        return self.session.scalars(query).all()

    def part(self, kind: Kind, number: int) -> Sequence[Row[Any]]:
        """Id, name and last change of what is in the part, by id; nothing where there is none."""
        entity, name, changed, is_shown = LISTED[kind]
        first = (number - 1) * PART
        query = (
            select(entity.id, name.label("name"), changed.label("changed"))
            .where(entity.id > first, entity.id <= first + PART, is_shown)
            .order_by(entity.id)
        )
        return self.session.execute(query).all()
