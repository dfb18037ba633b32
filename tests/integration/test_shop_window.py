"""The shop window: what stands in front, and the shelves that staff put together."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shop.errors import NotFound
from shop.extensions import db
from shop.models import Shelf, ShelfEntry, ShelfKind
from tests import factories as make
from tests.stored import stored

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def titles(books) -> list[str]:
    return [book.title for book in books]


def test_the_window_shows_what_can_be_bought(services):
    make.save(
        *(make.book(title=f"New {number}") for number in range(4)),
        *(make.book(title=f"Русская {number}", language="ru") for number in range(4)),
        make.book(title="Проданная", language="ru", stock=0),
        make.book(title="Cheap", discount_percent=20),
        make.book(title="Cheaper", discount_percent=30),
        make.book(title="Sold", discount_percent=40, stock=0),
        *(make.book(title=f"Newest {number}") for number in range(6)),
    )
    window = services.shop_window.window("ru")
    assert titles(window.hero) == ["Русская 3", "Русская 2", "Русская 1"]
    assert titles(window.russian) == ["Русская 0"]
    assert titles(window.discounted) == ["Cheaper", "Cheap"]
    assert not set(titles(window.hero)) & set(titles(window.new))
    assert window.total == 18


def test_lower_prices_are_shown_in_the_readers_language_first(services):
    make.save(
        # Enough that is newer: no book stands in the window twice.
        *(make.book(language=language) for language in ("ru", "en") for _ in range(9)),
        make.book(title="Cheaper", discount_percent=30, created_at=LONG_AGO),
        make.book(title="Дешевле", language="ru", discount_percent=10, created_at=LONG_AGO),
    )
    assert titles(services.shop_window.window("ru").discounted) == ["Дешевле", "Cheaper"]
    assert titles(services.shop_window.window("en").discounted) == ["Cheaper", "Дешевле"]


def test_the_window_of_a_language_without_books_shows_others(services):
    make.save(make.book(title="English"))
    assert titles(services.shop_window.window("ru").hero) == ["English"]


def test_picks_in_front_can_be_bought_and_are_in_the_readers_language_first(services):
    one, two, three = (make.book(title=f"Pick {number}") for number in range(3))
    sold, russian = make.book(title="Sold", stock=0), make.book(title="Русская", language="ru")
    make.save(make.shelf(sold, one, two, russian, three, kind=ShelfKind.STAFF_PICKS))
    picks = services.shop_window.window("ru").picks
    assert titles(card.book for card in picks.cards) == ["Русская", "Pick 0", "Pick 1"]
    assert titles(picks.shelf.books) == ["Sold", "Pick 0", "Pick 1", "Русская", "Pick 2"]


def test_a_shelf_of_picks_that_are_all_sold_stands_in_no_window(services):
    make.save(make.shelf(make.book(stock=0), kind=ShelfKind.STAFF_PICKS))
    assert services.shop_window.window("en").picks is None


def test_moods_are_in_their_order_and_empty_ones_are_not_shown(services):
    book = make.save(make.book())
    make.save(
        make.shelf(book, slug="second", position=2),
        make.shelf(slug="empty", position=1),
        make.shelf(book, slug="first", position=0),
    )
    window = services.shop_window.window("en")
    assert [shelf.slug for shelf in window.moods] == ["first", "second"]
    assert window.picks is None


def test_a_shelf_holds_its_books_in_order(services):
    books = make.save(make.book(title="B")), make.save(make.book(title="A"))
    make.save(make.shelf(*books, slug="rain"))
    db.session.expire_all()
    shelf = services.shop_window.shelf("rain")
    assert titles(shelf.books) == ["B", "A"]
    with pytest.raises(NotFound):
        services.shop_window.shelf("snow")


def test_a_book_shows_the_cards_that_hang_under_it(services):
    book, other = make.save(make.book()), make.save(make.book())
    make.save(
        make.shelf(book),
        make.shelf(book, slug="picks", kind=ShelfKind.STAFF_PICKS),
        make.shelf(other, kind=ShelfKind.STAFF_PICKS),
    )
    cards = services.catalogue.book_page(book.id).cards
    assert [(card.shelf.slug, card.signed) for card in cards] == [("picks", "Vera")]


def test_a_book_or_a_shelf_that_is_deleted_takes_its_place_along(services):
    book, other = make.save(make.book()), make.save(make.book())
    shelf = make.save(make.shelf(book, other))
    db.session.delete(book)
    db.session.commit()
    assert stored(ShelfEntry) == 1
    db.session.delete(db.session.get_one(Shelf, shelf.id, populate_existing=True))
    db.session.commit()
    assert stored(ShelfEntry) == 0
