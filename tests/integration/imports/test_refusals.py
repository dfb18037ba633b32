"""Rows that are refused: with line and field, and what to do about it."""

from __future__ import annotations

import pytest

from shop.models import Book, Publisher
from shop.services.book_import.plan import MOST_HINTS
from tests import factories as make
from tests.integration.imports.conftest import NEW, OTHER_ISBN, the_book
from tests.stored import stored


def test_no_fewer_copies_than_are_promised(services, importing):
    book = make.save(make.book(stock=5, sku="A-1"))
    make.order(services, book, quantity=3)
    importing({"sku": "A-1", "num_in_stock": "2", "title": "Left out with it"})
    assert importing.problems == [(2, "num_in_stock")]
    assert "3" in str(importing.outcomes[0].problems[0].message)
    importing({"sku": "A-1", "num_in_stock": "3"})
    found = the_book(services, sku="A-1")
    assert (found.stock.num_in_stock, found.num_available, found.title) == (3, 0, book.title)
    # The copies alone are not the book's own facts: whoever edits those is not disturbed.
    assert found.version == book.version


def test_a_category_that_is_not_there_is_refused_with_the_nearest(importing):
    make.save(make.category("fiction"))
    importing({**NEW, "categories": "fictoin"})
    assert importing.problems == [(2, "categories")]
    assert "fiction" in str(importing.outcomes[0].problems[0].message)
    assert stored(Book) == 0


def test_the_nearest_is_looked_for_once_for_a_path_and_for_so_many_paths(importing):
    make.save(make.category("fiction"))
    others = [f"fictio-{n}" for n in range(MOST_HINTS)]
    paths = [*others[1:], *others, "fictoin", others[0]]
    rows = [{"sku": f"A-{n}", "categories": path} for n, path in enumerate(paths)]
    importing(*rows)
    told = ["the nearest is fiction" in str(row.problems[0].message) for row in importing.outcomes]
    assert told == [path != "fictoin" for path in paths]


def test_a_new_book_lacks_and_a_known_one_does_not(importing):
    importing({"sku": "A-1", "publisher": "Oxford"})
    assert importing.problems == [
        (2, "title"),
        (2, "language"),
        (2, "format"),
        (2, "list_price"),
    ]
    importing({"title": "Nobody"})
    assert importing.problems == [(2, "isbn")]
    assert stored(Publisher) == 0


@pytest.mark.parametrize(
    ("field", "cell", "says"),
    [
        ("isbn", "9.78031E+12", "is no ISBN"),
        ("isbn", "9780306406158", "last digit"),
        ("isbn", "0-306-40615-3", "last digit"),
        ("title", "x" * 1001, "1001"),
        ("title", "書" * 900, "too long"),
        ("title", "bell\x07", "control character"),
        ("list_price", "12,5o", "write roubles such as 499.00"),
        ("list_price", "1,299.00", "is no sum"),
        ("list_price", "0", "nothing"),
        ("list_price", "-5", "is no sum"),
        ("list_price", "1.999", "is no sum"),
        ("list_price", "499 $", "is no sum"),
        ("list_price", "₽", "is no sum"),
        ("language", "xx", "ISO 639-1"),
        ("language", "eng", "ISO 639-1"),
        ("format", "scroll", "hardcover, paperback"),
        ("released_on", "12/31/2026", "31.12.2026"),
        ("released_on", "31.02.2026", "is no day"),
        ("released_on", "1.1.26", "is no day"),
        ("age_mark", "7", "0, 6, 12, 16, 18"),
        ("discount_percent", "91", "from 0 to 90"),
        ("pages", "0", "from 1"),
        ("pages", "12.5", "is no number"),
        ("published_year", "2201", "from -3000"),
        ("num_in_stock", "-1", "from 0"),
        ("categories", "Science Fiction", "is no path"),
        ("authors", "A" * 301, "too long for a name"),
        ("sku", "S" * 65, "64"),
    ],
)
def test_a_mistake_is_told_with_line_and_field_and_what_to_do(importing, field, cell, says):
    importing({**NEW, "isbn": "", field: cell}, {**NEW, "sku": "GOOD"})
    assert importing.problems == [(2, field)]
    assert says in str(importing.outcomes[0].problems[0].message)
    assert importing.told == ["refused", "new"]


def test_what_only_the_database_refuses_leaves_the_others_alone(importing):
    """A price that the discount makes nothing of is between two fields that are right."""
    importing(
        NEW,
        {**NEW, "isbn": OTHER_ISBN, "sku": "B", "list_price": "0.01", "discount_percent": "90"},
        {**NEW, "isbn": "", "sku": "C"},
    )
    assert importing.told == ["new", "refused", "new"]
    assert importing.problems == [(3, "price")]


def test_problems_beyond_those_that_are_kept_are_counted(importing, monkeypatch):
    monkeypatch.setattr("shop.services.book_import.report.MOST_PROBLEMS", 2)
    report = importing(*[{"title": "x"}] * 5)
    assert (len(report.problems), report.more_problems, report.refused) == (2, 3, 5)
