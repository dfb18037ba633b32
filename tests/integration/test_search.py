"""Search as it is so far: every word of `q` somewhere in what names a book, or an ISBN."""

from __future__ import annotations

import pytest

from shop.repositories.book_filters import BookFilters
from tests import factories as make


@pytest.fixture
def found(services):
    def find(q: str) -> set[str]:
        page = services.catalogue.find(BookFilters.parse({"q": q}), 1, 100)
        return {book.title for book in page}

    return find


@pytest.fixture
def shelf(services):
    tolstoy = make.author("Лев Толстой", name_en="Leo Tolstoy")
    make.save(
        make.book(title="Война и мир", authors=[tolstoy], isbn="9785170000012", language="ru"),
        make.book(title="Ёлка", authors=[make.author("Фёдор Сологуб")], language="ru"),
        make.book(title="Candide", subtitle="ou l’Optimisme", authors=[make.author("Voltaire")]),
        make.book(title="La Bohème", authors=[make.author("Henri Murger")]),
        make.book(
            title="Emma", series=make.series("Great novels"), publisher=make.publisher("Quill")
        ),
        make.book(title="100% wool_", authors=[]),
    )


@pytest.mark.parametrize(
    ("q", "titles"),
    [
        ("война", {"Война и мир"}),
        ("МИР", {"Война и мир"}),
        ("толстой война", {"Война и мир"}),
        ("tolstoy", {"Война и мир"}),
        ("tolstoy emma", set()),
        ("елка", {"Ёлка"}),
        ("ЁЛКА", {"Ёлка"}),
        ("федор", {"Ёлка"}),
        ("фёдор", {"Ёлка"}),
        ("boheme", {"La Bohème"}),
        ("BOHÈME", {"La Bohème"}),
        ("bohémé", {"La Bohème"}),
        ("optimisme", {"Candide"}),
        ("voltaire  candide ", {"Candide"}),
        ("great emma", {"Emma"}),
        ("quill", {"Emma"}),
        ("austen", {"Emma"}),
        ("and", {"Candide"}),
        ("%", {"100% wool_"}),
        ("wool_", {"100% wool_"}),
        ("_", {"100% wool_"}),
        ("nothing like that", set()),
    ],
)
def test_words(found, shelf, q, titles):
    assert found(q) == titles


@pytest.mark.parametrize("q", ["", "   "])
def test_no_words_are_no_search(found, shelf, q):
    assert len(found(q)) == 6


@pytest.mark.parametrize(
    "q",
    ["9785170000012", "978-5-17-000001-2", "978 5 17 000001 2", "5-17-000001-4", " 5170000014 "],
)
def test_an_isbn_in_any_form_finds_its_book(found, shelf, q):
    assert found(q) == {"Война и мир"}


def test_part_of_an_isbn_finds_the_books_that_have_it(found, shelf):
    assert found("978517") == {"Война и мир"}


@pytest.mark.parametrize("q", ["9785170000013", "5-17-000001-3"])
def test_an_isbn_with_a_wrong_digit_finds_nothing(found, shelf, q):
    assert found(q) == set()


def test_a_book_by_isbn_in_any_form(services, shelf):
    for text in ("5-17-000001-4", "978-5-17-000001-2"):
        assert services.catalogue.book_by_isbn(text).title == "Война и мир"
