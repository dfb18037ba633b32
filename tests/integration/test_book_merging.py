"""Two books that are one: what lay, stood and led to the double does so with the one kept."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from shop.errors import Stale
from shop.extensions import db
from shop.models import AuditEntry, RoleCode
from tests import factories as make
from tests.rivals import at_once, meanwhile, until_blocked


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


def standing(services, shelf):
    shelf = services.shelves.get(shelf.id)
    return [(each.book_id, each.position, each.note) for each in shelf.entries]


@pytest.mark.parametrize("own", [None, "Mine"])
def test_the_card_of_the_double_hangs_under_a_book_that_has_none(services, anna, own):
    kept, gone, other = (make.save(make.book()) for _ in range(3))
    shelf = make.save(make.shelf(gone, other, kept))
    for book, note in ((gone, "Read it."), (kept, own)):
        card = {"note": note, "signed": "Anna"}
        services.shelves.write_card(shelf.id, None, book.id, card, anna)
    version = services.shelves.get(shelf.id).version
    merge(services, kept, gone, anna)
    assert standing(services, shelf) == [(other.id, 0, None), (kept.id, 1, own or "Read it.")]
    assert services.shelves.get(shelf.id).version == version + 1
    told = select(AuditEntry).where(AuditEntry.entity == "shelf").order_by(AuditEntry.id.desc())
    entry = db.session.scalars(told).first()
    assert entry.before["books"][0]["note"] == "Read it."
    assert [each["id"] for each in entry.after["books"]] == [other.id, kept.id]


def test_a_book_stands_in_the_place_of_its_double(services, anna):
    kept, gone, other = (make.save(make.book()) for _ in range(3))
    shelf = make.save(make.shelf(gone, other))
    services.shelves.write_card(shelf.id, None, gone.id, {"note": "Read it."}, anna)
    merge(services, kept, gone, anna)
    assert standing(services, shelf) == [(kept.id, 0, "Read it."), (other.id, 1, None)]


def test_an_edit_of_the_double_that_ends_meanwhile_is_not_lost(app, services, anna, rival):
    kept, gone = (make.save(make.book()) for _ in range(2))
    seen = {kept.id: kept.version, gone.id: gone.version}
    ids = kept.id, gone.id
    rival.execute(
        "UPDATE books SET description = 'Long.', version = version + 1 WHERE id = %s", [gone.id]
    )
    db.session.rollback()
    with meanwhile(
        app, lambda: services.book_merging.merge(*ids, seen, ["description"], anna)
    ) as answer:
        until_blocked(rival)
        rival.commit()
        assert isinstance(answer(), Stale)
    assert services.catalogue.get(ids[1]).description == "Long."
