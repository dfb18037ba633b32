"""Project Gutenberg's catalogue, with all that is hard about it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from dev.gutenberg.__main__ import FILE, load
from dev.gutenberg.rows import cells, language, named, read, titled
from dev.gutenberg.tree import plant, tree
from shop.extensions import db
from shop.models import Book, Category
from shop.models.catalogue import LONGEST_TITLE
from shop.services.book_import import Outcome, SourceRow
from shop.services.book_import.names import person
from shop.web.services import services
from tests.stored import stored

DATA = Path(os.environ.get("SHOP_TEST_DATA", "")) / FILE
with_data = pytest.mark.skipif(
    not DATA.is_file(), reason=f"SHOP_TEST_DATA does not name a folder with {FILE}"
)
ENTRY = {
    "gutenberg_id": "4",
    "title": "Lincoln's Gettysburg Address\r\nGiven November 19, 1863\n near Gettysburg",
    "authors": "Lincoln, Abraham (Abe)|United States",
    "languages": "en",
    "lcc": "E456|PS",
    "lcsh": "Speeches|Gettysburg -- 1863",
}
HARD = 300


def silent(line: str) -> None:
    """Nobody listens."""


def hardest() -> list[SourceRow]:
    """Those with the longest cells, the most authors, the strangest letters and languages."""
    rows = list(read(DATA))

    def longest(field: str) -> list[SourceRow]:
        return sorted(rows, key=lambda row: -len(row.cells[field]))[: HARD // 6]

    def strange(row: SourceRow) -> int:
        return max(map(ord, row.cells["title"] or " "))

    picked = [
        *(
            row
            for field in ("title", "subtitle", "authors", "description")
            for row in longest(field)
        ),
        *sorted(rows, key=lambda row: -strange(row))[: HARD // 6],
        *(row for row in rows if len(row.cells["language"]) != 2),
        *[row for row in rows if not row.cells["authors"]][: HARD // 6],
        *(row for row in rows if not row.cells["title"]),
    ]
    return list({row.line: row for row in picked}.values())


def test_a_title_page_is_a_title_and_a_subtitle() -> None:
    assert titled("One\r\nTwo\n\n three ") == ("One", "Two three", "")
    assert titled("Only") == ("Only", "", "")
    assert titled("") == ("", "", "")
    title, subtitle, whole = titled("T\n" + "word " * 150)
    assert (title, len(subtitle) <= 500, subtitle[-5:]) == ("T", True, "word…")
    assert whole.count("word") == 150


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("Kennedy, John F. (John Fitzgerald)", "John F. Kennedy"),
        ("Doughty, Arthur G. (Arthur George), Sir", "Arthur G. Doughty, Sir"),
        ("United States. Army", "United States. Army"),
        ("Church (Marion, Ohio). Aid Society", "Church (Marion, Ohio). Aid Society"),
        ("S. W., active 1801-1820?", "S. W."),
        ("Homer", "Homer"),
    ],
)
def test_authors_are_named_as_on_a_title_page(author: str, name: str) -> None:
    assert person(named(author)).name == name


def test_the_first_language_with_two_letters_counts() -> None:
    given = ("en", "es/fr/myn", "myn/fr", "gla", "fur")
    assert [language(each) for each in given] == ["en", "es", "fr", "gd", "fur"]


def test_an_entry_is_the_same_row_every_time() -> None:
    row = cells(ENTRY)
    assert row == cells(ENTRY)
    assert (row["sku"], row["title"]) == ("PG-4", "Lincoln's Gettysburg Address")
    assert row["subtitle"] == "Given November 19, 1863 near Gettysburg"
    assert row["authors"] == "Lincoln, Abraham; United States,"
    assert row["categories"] == "gutenberg/american-literature; gutenberg/history-of-the-americas"
    assert row["description"] == "Subjects: Speeches; Gettysburg -- 1863."


@pytest.fixture
def _shop(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.mark.usefixtures("_shop")
def test_the_tree_is_planted_once() -> None:
    for added in (len(tree().category), 0):
        with services.catalogue.transaction():
            assert plant(db.session) == added
    paths = db.session.scalars(select(Category.path).where(Category.parent_id.is_not(None))).all()
    assert {tree().path_of(mark) for mark in ("PS", "E201", "QH", "PL", "", "ZZ")} <= set(paths)


@with_data
@pytest.mark.usefixtures("_shop")
def test_the_hardest_rows_go_in_or_are_told_and_change_nothing_the_second_time() -> None:
    rows = hardest()
    assert len(rows) > HARD / 2
    first = load(services, rows, silent)
    assert first.rows == len(rows)
    assert stored(Book) == first.counts[Outcome.NEW] == len(rows) - first.refused
    # No title, or a language without two letters.
    assert {problem.field for problem in first.problems} == {"title", "language"}
    again = load(services, rows, silent)
    assert again.counts[Outcome.SAME] == first.counts[Outcome.NEW]
    titles = db.session.scalars(select(Book.title)).all()
    assert max(map(len, titles)) > 500
    assert all(0 < len(title) <= LONGEST_TITLE for title in titles)
