"""A book as it was: field by field, with its copies, and what nobody can know any more."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from shop.errors import NotFound
from shop.extensions import db
from shop.models import Book, BookStatus
from shop.models.columns import utcnow
from tests import factories as make


@pytest.fixture
def book(services):
    return make.save(make.book(stock=5, title="The Sea", pages=100))


def then(services, book, at):
    past = services.trail.as_of("book", book.id, at)
    return {each.name: each for each in past.fields}


def test_each_day_has_the_fields_of_that_day(services, anna, book):
    days = [utcnow()]
    for values in (
        {"title": "The Lake", "pages": 7},
        {"status": BookStatus.DRAFT},
        {"title": "The Pond"},
    ):
        services.book_editing.amend(book.id, None, values, anna)
        days.append(utcnow())
    seen = [then(services, book, day) for day in days]
    assert [each["title"].then for each in seen] == ["The Sea", "The Lake", "The Lake", "The Pond"]
    assert [each["pages"].then for each in seen] == [100, 7, 7, 7]
    assert [each["status"].then for each in seen] == ["on_sale", "on_sale", "draft", "draft"]
    assert [each["title"].is_other for each in seen] == [True, True, True, False]
    assert all(each.is_sure for day in seen for each in day.values())


def test_copies_that_left_with_orders_are_counted(services, anna, book):
    services.shipping.seed()
    start = utcnow()
    services.catalogue.recount(book.id, 5, 9, anna)
    counted = utcnow()
    order = make.paid(services, book)
    services.orders.start_packing(order.number, anna)
    services.orders.ship(order.number, anna, "Post", "")
    shipped = utcnow()
    services.catalogue.recount(book.id, 8, 20, anna)
    copies = [then(services, book, at)["num_in_stock"].then for at in (start, counted, shipped)]
    assert copies == [5, 9, 8]
    assert [each.copies for each in services.trail.dispatches(book.id)] == [1]


def test_what_left_no_entry_is_not_sure(services, anna, book):
    services.book_editing.amend(book.id, None, {"pages": 7}, anna)
    db.session.execute(update(Book).where(Book.id == book.id).values(pages=9))
    db.session.commit()
    assert not then(services, book, utcnow())["pages"].is_sure
    assert then(services, book, utcnow())["title"].is_sure


def test_before_it_was_made_it_was_not_there(services, anna):
    values = {"sku": "A", "title": "A", "language": "en", "format": "gift", "list_price": 1}
    before = utcnow()
    book = services.book_editing.add(values, anna)
    assert services.trail.as_of("book", book.id, before).existed is False
    assert services.trail.as_of("book", book.id, utcnow()).existed is True
    services.book_editing.remove(book.id, None, anna)
    past = services.trail.as_of("book", book.id, utcnow())
    assert (past.existed, past.exists) == (False, False)
    earlier = services.trail.as_of("book", book.id, utcnow() - timedelta(milliseconds=1))
    assert earlier.existed in (True, False)
    with pytest.raises(NotFound):
        services.trail.as_of("book", book.id + 1, utcnow())
