"""The catalogue: what stands beside a book, and what staff change about it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from shop.errors import Conflict, NotFound, Stale
from shop.extensions import db
from shop.models import AuditEntry, RoleCode
from tests import factories as make
from tests.rivals import at_once
from tests.stored import stock, stored


@pytest.fixture
def anna(services):
    return make.save(make.staff(RoleCode.CATALOGUE_MANAGER))


def titles(books) -> list[str]:
    return [book.title for book in books]


def test_a_book_page_shows_the_authors_other_books_and_the_shelf(services):
    austen = make.save(make.author())
    novels, poems = make.save(make.category()), make.save(make.category())
    emma = make.save(make.book(title="Emma", authors=[austen], categories=[novels]))
    make.save(
        make.book(title="Persuasion", authors=[austen], categories=[novels], published_year=1817),
        make.book(title="Sanditon", authors=[austen], published_year=1925),
        make.book(title="Near", categories=[novels], published_year=1820),
        make.book(title="Far", categories=[novels], published_year=1920),
        make.book(title="Foreign", categories=[novels], language="fr"),
        make.book(title="Verses", categories=[poems]),
    )
    page = services.catalogue.book_page(emma.id).beside
    assert titles(page.more_by_author) == ["Persuasion", "Sanditon"]
    assert titles(page.related) == ["Near", "Far"]


def test_a_book_of_nobodys_has_a_page(services):
    alone = make.save(make.book(authors=[], published_year=None))
    page = services.catalogue.book_page(alone.id).beside
    assert (page.more_by_author, page.related, page.bought_together) == ([], [], [])


@pytest.mark.parametrize("book_id", [0, 2**31])
def test_a_book_that_is_not_there_is_not_found(services, book_id):
    with pytest.raises(NotFound):
        services.catalogue.book_page(book_id)


@pytest.mark.parametrize("isbn", ["9785170000012", "nonsense", "", "\x00"])
def test_an_isbn_that_no_book_has_is_not_found(services, isbn):
    with pytest.raises(NotFound):
        services.catalogue.book_by_isbn(isbn)


def test_a_new_price_is_computed_and_noted(services, anna):
    book = make.save(make.book(list_price=Decimal("500.00")))
    changed = services.catalogue.reprice(book.id, book.version, Decimal("333.33"), 10, anna)
    assert changed.price == Decimal("300.00")
    [entry] = db.session.scalars(select(AuditEntry))
    assert (entry.actor_id, entry.entity, entry.entity_id) == (anna.id, "book", book.id)
    assert entry.before == {"list_price": "500.00", "discount_percent": 0}
    assert entry.after == {"list_price": "333.33", "discount_percent": 10}


def test_a_price_seen_in_an_old_version_is_not_overwritten(services, anna):
    book = make.save(make.book())
    version = book.version
    services.catalogue.reprice(book.id, version, Decimal("600.00"), 0, anna)
    with pytest.raises(Stale):
        services.catalogue.reprice(book.id, version, Decimal("700.00"), 0, anna)
    assert services.catalogue.get(book.id).list_price == Decimal("600.00")
    assert stored(AuditEntry) == 1


def test_of_several_who_set_a_price_at_once_one_wins(app, services, anna):
    book = make.save(make.book())
    version = book.version
    outcomes = at_once(
        app,
        5,
        lambda n: services.catalogue.reprice(book.id, version, Decimal(100 + n), 0, anna).price,
    )
    assert sorted(isinstance(outcome, Stale) for outcome in outcomes) == [False] + [True] * 4
    assert stored(AuditEntry) == 1


def test_a_discount_out_of_range_is_a_conflict_that_names_it(services, anna):
    book = make.save(make.book())
    with pytest.raises(Conflict) as refusal:
        services.catalogue.reprice(book.id, book.version, Decimal("100.00"), 91, anna)
    assert [problem.field for problem in refusal.value.errors] == ["discount_percent"]
    assert stored(AuditEntry) == 0


def test_a_count_of_copies_takes_the_place_of_the_one_seen(services, anna):
    book = make.save(make.book(stock=5))
    assert services.catalogue.recount(book.id, 5, 8, anna).num_available == 8
    [entry] = db.session.scalars(select(AuditEntry))
    assert (entry.before, entry.after) == ({"num_in_stock": 5}, {"num_in_stock": 8})
    with pytest.raises(Stale):
        services.catalogue.recount(book.id, 5, 9, anna)


def test_fewer_copies_than_are_promised_is_a_conflict(services, anna):
    book = make.save(make.book(stock=3))
    make.order(services, book, quantity=2)
    with pytest.raises(Conflict):
        services.catalogue.recount(book.id, 3, 1, anna)
    assert services.catalogue.recount(book.id, 3, 2, anna).num_available == 0
    assert stock(book) == (2, 2)


def test_a_recount_of_no_book_is_not_found(services, anna):
    with pytest.raises(NotFound):
        services.catalogue.recount(2**31 - 1, 1, 1, anna)
