"""Books that are announced: nobody buys them before their day, not even through an old page."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from shop.errors import OutOfStock
from shop.extensions import db
from shop.models import Book
from shop.models import columns as calendar
from shop.repositories.book_filters import BookFilters
from shop.services.cart_contents import LineProblem
from tests import factories as make


def tomorrow() -> date:
    return calendar.today() + timedelta(days=1)


def announce(book: Book, released_on: date) -> None:
    db.session.execute(update(Book).where(Book.id == book.id).values(released_on=released_on))
    db.session.commit()


@pytest.mark.parametrize(("days", "to_be_had"), [(-1, True), (0, True), (1, False)])
def test_a_book_is_sold_from_its_day_on(services, days, to_be_had):
    day = calendar.today() + timedelta(days=days)
    book = services.catalogue.get(make.save(make.book(released_on=day)).id)
    assert (book.in_stock, book.num_available) == (to_be_had, 5 if to_be_had else 0)
    assert book.is_coming is not to_be_had
    found = services.catalogue.find(BookFilters(in_stock=True), 1, 10)
    assert [each.id for each in found] == ([book.id] if to_be_had else [])
    missing = services.catalogue.find(BookFilters(in_stock=False), 1, 10)
    assert [each.id for each in missing] == ([] if to_be_had else [book.id])


def test_what_is_announced_comes_behind_the_newest_books_the_soonest_first(services):
    for title, days in (("Later", 9), ("Soon", 1), ("Out", -1)):
        day = calendar.today() + timedelta(days=days)
        make.save(make.book(title=title, released_on=day))
    make.save(make.book(title="Newest"))
    finding = services.finding.find(BookFilters(order_by="-appeared_at"), 1, 10)
    assert [book.title for book in finding.books] == ["Newest", "Out", "Soon", "Later"]


def test_a_coming_book_goes_into_no_cart(services):
    book = make.save(make.book(title="Emma", released_on=tomorrow()))
    with pytest.raises(OutOfStock) as refusal:
        services.cart.add("a", book.id, 1)
    assert str(refusal.value.detail) == "“Emma” is not out yet."
    assert services.cart.view("a").is_empty


def test_a_book_that_is_put_off_while_it_lies_in_a_cart_is_not_ordered(services):
    services.shipping.seed()
    novel, poems = make.save(make.book(title="Emma")), make.save(make.book())
    cart = make.cart(services, novel, poems)
    announce(novel, tomorrow())
    assert [line.problem for line in services.cart.view(cart).lines] == [
        LineProblem.NOT_OUT_YET,
        None,
    ]
    with pytest.raises(OutOfStock) as refusal:
        services.checkout.place(cart, make.details(), user_id=None, locale="en")
    assert (str(refusal.value.detail), refusal.value.book_ids) == (
        "Not out yet: “Emma”.",
        (novel.id,),
    )
    assert services.catalogue.get(poems.id).stock.num_allocated == 0


def test_the_day_is_the_shops_and_not_greenwichs(services, monkeypatch):
    """At half past nine in the evening of London it is tomorrow in Moscow already."""

    class Evening(calendar.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(2026, 12, 4, 21, 30, tzinfo=calendar.UTC).astimezone(tz)

    monkeypatch.setattr(calendar, "datetime", Evening)
    assert calendar.today() == date(2026, 12, 5)


def test_what_came_out_last_is_newest_whenever_it_was_entered(services):
    old = make.save(make.book(created_at=calendar.utcnow() - timedelta(days=300)))
    entered_long_ago = make.book(
        created_at=calendar.utcnow() - timedelta(days=400), released_on=calendar.today()
    )
    make.save(entered_long_ago, make.book(released_on=tomorrow()))
    newest = services.catalogue.books.newest(9)
    assert [book.id for book in newest] == [entered_long_ago.id, old.id]
