"""The shop's own lists, a publisher's and a series' books: what is on them, and in which order."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shop.errors import NotFound
from shop.extensions import db
from shop.models import BookSales
from shop.models.columns import today, utcnow
from shop.repositories import book_lists
from tests import factories as make


def titles(books) -> list[str]:
    return [book.title for book in books]


def days(number: int) -> timedelta:
    return timedelta(days=number)


def test_new_is_what_came_or_came_out_last(services):
    make.save(
        make.book(title="Old", created_at=utcnow() - days(40)),
        make.book(title="Came", created_at=utcnow() - days(9)),
        make.book(title="Out", created_at=utcnow() - days(90), released_on=today() - days(2)),
        make.book(title="Coming", released_on=today() + days(1)),
    )
    assert titles(services.book_lists.new(1, 9)) == ["Out", "Came", "Old"]


def test_coming_is_what_is_announced_the_next_first(services):
    make.save(
        make.book(title="Later", released_on=today() + days(9)),
        make.book(title="Next", released_on=today() + days(1)),
        make.book(title="Today", released_on=today()),
        make.book(title="Always there"),
    )
    assert titles(services.book_lists.coming(1, 9)) == ["Next", "Later"]


def test_discounted_is_what_can_be_had_for_less_the_largest_discount_first(services):
    make.save(
        make.book(title="Ten", discount_percent=10),
        make.book(title="Thirty", discount_percent=30),
        make.book(title="Sold out", discount_percent=50, stock=0),
        make.book(title="Coming", discount_percent=50, released_on=today() + days(1)),
        make.book(title="Full price"),
    )
    assert titles(services.book_lists.discounted(1, 9)) == ["Thirty", "Ten"]


def test_bestsellers_are_what_sold_most_sold_out_or_not(services):
    few, many, none = make.book(title="Few"), make.book(title="Many", stock=0), make.book()
    make.save(few, many, none)
    make.save(BookSales(book_id=few.id, copies=2), BookSales(book_id=many.id, copies=9))
    make.save(BookSales(book_id=none.id, copies=0))
    assert titles(services.book_lists.bestsellers(1, 9)) == ["Many", "Few"]


def test_a_list_is_leafed_through_to_its_end_and_no_further(services, monkeypatch):
    monkeypatch.setattr(book_lists, "LONGEST", 5)
    make.save(*(make.book(title=str(n), created_at=utcnow() - days(n)) for n in range(8)))
    pages = [services.book_lists.new(number, 3) for number in (1, 2, 3)]
    assert [titles(page) for page in pages] == [["0", "1", "2"], ["3", "4"], []]
    assert {(page.total, page.pages) for page in pages} == {(5, 2)}


def test_a_series_stands_in_the_order_of_its_numbers_those_without_one_last(services):
    series = make.save(make.series())
    for title, number in (("Third", 3), ("Unnumbered", None), ("First", 1), ("Second", 2)):
        make.save(make.book(title=title, series_id=series.id, series_number=number))
    make.save(make.book(series=make.series(), series_number=1))
    found = services.discovery.of_series(series.id, 1, 9)
    assert titles(found) == ["First", "Second", "Third", "Unnumbered"]


def test_a_publisher_has_its_own_books(services):
    press = make.save(make.publisher())
    make.save(make.book(title="Ours", publisher_id=press.id), make.book(publisher=make.publisher()))
    assert titles(services.discovery.of_publisher(press.id, 1, 9)) == ["Ours"]


def test_a_category_that_moved_is_found_by_its_former_path(services):
    category = make.save(make.category("fiction"))
    category.slug = category.path = "prose"
    db.session.commit()
    assert services.discovery.former_category("fiction").path == "prose"
    for path in ("prose", "", "nowhere"):
        with pytest.raises(NotFound):
            services.discovery.former_category(path)
