"""Search everything: whatever staff have of a thing leads to it, and to nothing else."""

from __future__ import annotations

import pytest

from shop.models import BookStatus, Permission
from shop.repositories.search.typed import in_other_layout
from shop.repositories.staff_search import Kind, order_number
from tests import factories as make

ALL = tuple(Permission)


@pytest.fixture
def order(services):
    return make.order(services, email="vera.reader@example.org", phone="8 (900) 123-45-67")


@pytest.mark.parametrize(
    "typed", ["7KQ4-M92X", "7kq4m92x", " 7KQ4 – m92x", "7лй4ь92ч", "7ЛЙ4-Ь92Ч"]
)
def test_a_number_is_one_however_it_is_typed(typed):
    assert order_number(typed) == "7KQ4-M92X"


@pytest.mark.parametrize("typed", ["7KQ4-M92", "1111-1111", "tolstoy", "толстой", ""])
def test_other_words_are_no_numbers(typed):
    assert order_number(typed) is None


def test_an_order_is_found_by_whatever_there_is_of_it(services, order):
    other = in_other_layout(order.number.lower())
    make.order(services, email="another@example.org", phone="+7 900 765-43-21", full_name="Other")
    for typed in (
        *(order.number, order.number.lower().replace("-", ""), other),
        *("ra.reader@exam", "Читателева", "читателев"),
        *("+7 900 123 45 67", "9001234567", "123-45-67", "234567"),
    ):
        found = services.staff_search.find(typed, "en", ALL, 5)
        assert [hit.key for hit in found[Kind.ORDER]] == [order.number], typed


def test_an_exact_number_or_isbn_has_one_meaning(services, order):
    book = make.save(make.book(status=BookStatus.DRAFT))
    exact = services.staff_search.exact
    assert exact(order.number.lower(), ALL).key == order.number
    for typed in (book.isbn, f"{book.isbn[:3]}-{book.isbn[3:]}", book.sku.lower()):
        assert exact(typed, ALL).key == str(book.id)
    assert exact("book", ALL) is None
    assert exact(order.number, [Permission.EDIT_BOOKS]) is None
    assert exact(book.isbn, [Permission.SEE_ORDERS]) is None


def test_names_and_titles_are_found_and_titles_with_slips(services):
    press, series = make.publisher("Nightingale Press"), make.series("Nightingale Library")
    author = make.author("Florence Nightingale")
    book = make.save(
        make.book(title="The Nightingale", authors=[author], publisher=press, series=series)
    )
    services.search.recount()
    found = services.staff_search.find("nightingale", "en", ALL, 5)
    assert {kind: hits[0].key for kind, hits in found.items()} == {
        Kind.BOOK: str(book.id),
        Kind.AUTHOR: str(author.id),
        Kind.PUBLISHER: str(press.id),
        Kind.SERIES: str(series.id),
    }
    assert Kind.BOOK in services.staff_search.find("nightingle", "en", ALL, 5)


def test_drafts_and_withdrawn_books_are_found_by_their_titles(services):
    hidden = [
        make.save(make.book(title="The Nightingale Sings", status=status))
        for status in (BookStatus.DRAFT, BookStatus.WITHDRAWN)
    ]
    shown = make.save(make.book(title="A Nightingale of Winter"))
    services.search.recount()

    def found(typed):
        return {hit.key for hit in services.staff_search.find(typed, "en", ALL, 5)[Kind.BOOK]}

    assert found("nightingale") == {str(book.id) for book in (*hidden, shown)}
    assert found("nightingale sings") == {str(book.id) for book in hidden}
    # An unfinished word.
    assert found("a nightingale of win") == {str(shown.id)}


def test_nobody_finds_what_they_may_not_see(services, order):
    make.save(make.staff(email="vera.clerk@example.org"))
    may = {Permission.SEE_ORDERS: {Kind.ORDER}, Permission.SEE_USERS: {Kind.PERSON}}
    for permission, kinds in may.items():
        assert set(services.staff_search.find("vera", "en", [permission], 5)) == kinds
    assert services.staff_search.find("vera", "en", [Permission.EDIT_ROLES], 5) == {}
