"""Two books that are one: what lay, stood and led to the double does so with the one kept."""

from __future__ import annotations

import pytest

from shop.models import RoleCode
from tests import factories as make
from tests.rivals import at_once


@pytest.fixture
def anna(services):
    return make.save(make.staff(RoleCode.CATALOGUE_MANAGER))


def merge(services, kept, gone, by, taken=()):
    seen = {each.id: services.catalogue.get(each.id).version for each in (kept, gone)}
    return services.book_merging.merge(kept.id, gone.id, seen, taken, by)


def lines(services, cart_id):
    return [(line.book.id, line.quantity) for line in services.cart.view(cart_id).lines]


def test_a_cart_with_many_of_both_stays_open_and_holds_the_most_that_may_be(services, anna):
    kept, gone = (make.save(make.book(stock=200)) for _ in range(2))
    cart_id = services.cart.id_of_user(anna.id)
    most = services.cart.most_copies
    for book in (gone, kept):
        services.cart.add(cart_id, book.id, most - 1)
    merge(services, kept, gone, anna)
    assert lines(services, cart_id) == [(kept.id, most)]
    assert lines(services, cart_id) == [(kept.id, most)]


def test_a_full_cart_takes_the_book_that_is_kept_in_the_place_of_its_double(services, anna):
    kept, gone = (make.save(make.book()) for _ in range(2))
    cart_id = make.cart(services, gone, quantity=2)
    others = [make.save(make.book()) for _ in range(services.cart.carts.most_lines - 1)]
    for book in others:
        services.cart.add(cart_id, book.id, 1)
    merge(services, kept, gone, anna)
    assert lines(services, cart_id) == [(kept.id, 2), *((book.id, 1) for book in others)]


def test_many_who_look_at_once_add_the_copies_once(app, services, anna):
    kept, gone = (make.save(make.book(stock=99)) for _ in range(2))
    cart_id = services.cart.id_of_user(anna.id)
    services.cart.add(cart_id, kept.id, 2)
    services.cart.add(cart_id, gone.id, 3)
    merge(services, kept, gone, anna)
    seen = at_once(app, 6, lambda _: services.cart.view(cart_id).count)
    assert lines(services, cart_id) == [(kept.id, 5)]
    assert seen == [5] * 6
