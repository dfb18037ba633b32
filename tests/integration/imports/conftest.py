"""An import of a few rows, and what the catalogue looks like after it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from shop.extensions import Base, db
from shop.models import Book
from shop.services.book_import import Report, RowOutcome, SourceRow
from shop.services.registry import Services

OTHER_ISBN = "9785170000012"
# What a new book needs, and nothing else.
NEW = {
    "isbn": "9780306406157",
    "sku": "A-1",
    "title": "War and Peace",
    "language": "en",
    "format": "hardcover",
    "list_price": "499.00",
}
# Everything that a row can say.
FULL = {
    **NEW,
    "subtitle": "A novel",
    "authors": "Tolstoy, Leo",
    "translators": "Louise Maude; Aylmer Maude",
    "editors": "Henry Gifford",
    "illustrators": "Fritz Eichenberg",
    "publisher": "Oxford",
    "series": "World's Classics",
    "series_number": "7",
    "categories": "fiction/russian; drama",
    "published_year": "1869",
    "pages": "1350",
    "age_mark": "12+",
    "weight_grams": "980",
    "description": "Long.\n\nVery long.",
    "discount_percent": "10",
    "released_on": "2020-02-29",
    "num_in_stock": "4",
}


class Importer:
    """`outcomes` are those of the last import, one for each row."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.outcomes: list[RowOutcome] = []

    def __call__(self, *rows: dict[str, str], **options: Any) -> Report:
        self.outcomes = []
        source = [SourceRow(line, row) for line, row in enumerate(rows, 2)]
        return self.services.book_import.run(source, on_outcome=self.outcomes.append, **options)

    @property
    def told(self) -> list[str]:
        return [str(row.outcome) for row in self.outcomes]

    @property
    def problems(self) -> list[tuple[int, str]]:
        """Line and field of each."""
        return [(p.line, p.field) for row in self.outcomes for p in row.problems]


def the_book(services: Services, **where: Any) -> Book:
    """The one book that is so, as the database has it now."""
    db.session.expunge_all()
    query = select(Book).filter_by(**where).options(*services.catalogue.books.loads())
    return db.session.scalars(query).unique().one()


@pytest.fixture
def importing(services: Services) -> Importer:
    return Importer(services)


@pytest.fixture
def contents() -> Callable[[], dict[str, list[Any]]]:
    """Every row of every table."""

    def read() -> dict[str, list[Any]]:
        found = {
            table.name: sorted(map(tuple, db.session.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
        }
        db.session.rollback()
        return found

    return read
