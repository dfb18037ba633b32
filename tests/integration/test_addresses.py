"""Address books: each customer's own, with one default, and no longer than they may be."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from shop.errors import Conflict, NotFound, Stale
from shop.extensions import db
from shop.models import Address, RoleCode, User
from shop.services.address_details import AddressDetails
from shop.services.addresses import MOST_ADDRESSES
from tests import factories as make
from tests.rivals import at_once
from tests.stored import stored


@pytest.fixture
def anna(services) -> User:
    return make.save(make.staff(RoleCode.CUSTOMER))


@pytest.fixture
def boris(services) -> User:
    return make.save(make.staff(RoleCode.CUSTOMER))


def typed(**values) -> AddressDetails:
    return AddressDetails.model_validate(make.PLACE | values)


def labels(services, owner: User) -> list[str]:
    """Of the addresses as they are listed; the default has a star."""
    db.session.rollback()
    return [f"{'*' * a.is_default}{a.label}" for a in services.addresses.of_user(owner)]


def test_the_first_address_is_the_default_and_the_next_ones_are_not(services, anna, boris):
    for label in ("Home", "Work", "Parents"):
        services.addresses.add(anna, typed(label=label))
    services.addresses.add(boris, typed(label="Boris"))
    assert labels(services, anna) == ["*Home", "Work", "Parents"]
    assert labels(services, boris) == ["*Boris"]


def test_another_default_takes_the_place_of_the_one_before(services, anna):
    home = services.addresses.add(anna, typed(label="Home"))
    work = services.addresses.add(anna, typed(label="Work"))
    services.addresses.make_default(anna, work.id)
    assert labels(services, anna) == ["*Work", "Home"]
    # What a window shows that was opened before is still true.
    services.addresses.change(anna, home.id, 1, typed(label="Old home"))
    assert labels(services, anna) == ["*Work", "Old home"]


def test_after_the_default_the_oldest_of_the_others_is_the_default(services, anna):
    for label in ("Home", "Work", "Parents"):
        services.addresses.add(anna, typed(label=label))
    for left in (["*Work", "Parents"], ["*Parents"], []):
        services.addresses.remove(anna, services.addresses.of_user(anna)[0].id)
        assert labels(services, anna) == left


def test_an_address_that_is_no_default_leaves_the_default_alone(services, anna):
    services.addresses.add(anna, typed(label="Home"))
    work = services.addresses.add(anna, typed(label="Work"))
    assert services.addresses.remove(anna, work.id).name == "Work"
    assert labels(services, anna) == ["*Home"]


def test_somebody_elses_address_is_not_found(services, anna, boris):
    his = services.addresses.add(boris, typed(label="Boris"))
    for attempt in (
        lambda: services.addresses.one_of(anna, his.id),
        lambda: services.addresses.change(anna, his.id, his.version, typed(label="Anna")),
        lambda: services.addresses.make_default(anna, his.id),
        lambda: services.addresses.remove(anna, his.id),
        lambda: services.addresses.one_of(boris, 2**31),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert labels(services, boris) == ["*Boris"]


def test_what_was_changed_meanwhile_is_not_overwritten(services, anna):
    home = services.addresses.add(anna, typed())
    services.addresses.change(anna, home.id, home.version, typed(city="Тула"))
    with pytest.raises(Stale):
        services.addresses.change(anna, home.id, 1, typed(city="Тверь"))
    assert services.addresses.one_of(anna, home.id).city == "Тула"


def test_a_full_book_takes_no_more(services, anna, boris):
    for _ in range(MOST_ADDRESSES):
        services.addresses.add(anna, typed())
    with pytest.raises(Conflict) as refusal:
        services.addresses.add(anna, typed())
    assert str(MOST_ADDRESSES) in str(refusal.value.detail)
    services.addresses.add(boris, typed())
    services.addresses.remove(anna, services.addresses.of_user(anna)[0].id)
    services.addresses.add(anna, typed())
    assert len(services.addresses.of_user(anna)) == MOST_ADDRESSES


def test_of_several_first_addresses_at_once_one_is_the_default(app, services, anna):
    at_once(app, 6, lambda n: services.addresses.add(anna, typed(label=str(n))))
    assert [name[0] for name in labels(services, anna)].count("*") == 1
    assert stored(Address) == 6


def test_a_book_is_not_overfilled_at_once(app, services, anna):
    make.save(*(make.address(anna) for _ in range(MOST_ADDRESSES - 2)))
    outcomes = at_once(app, 6, lambda _: services.addresses.add(anna, typed()))
    assert sorted(type(o).__name__ for o in outcomes) == ["Address"] * 2 + ["Conflict"] * 4


def test_of_several_defaults_at_once_one_is_left(app, services, anna):
    ids = [services.addresses.add(anna, typed(label=str(n))).id for n in range(6)]
    outcomes = at_once(app, 6, lambda n: services.addresses.make_default(anna, ids[n]))
    assert [type(outcome) for outcome in outcomes] == [Address] * 6
    assert [name[0] for name in labels(services, anna)].count("*") == 1


def test_a_default_that_is_removed_while_another_is_chosen_leaves_one(app, services, anna):
    ids = [services.addresses.add(anna, typed(label=str(n))).id for n in range(4)]
    verbs = [services.addresses.remove, services.addresses.make_default]
    at_once(app, 4, lambda n: verbs[n % 2](anna, ids[n]))
    assert [name[0] for name in labels(services, anna)].count("*") == 1


SENT = {"shipping_method": "courier", "city": "Тула", "street": "д. 7", "postal_code": "300000"}


def test_where_an_order_goes_is_kept_once(services, anna):
    for _ in range(2):
        order = make.order(services, user_id=anna.id, **SENT)
        services.addresses.keep(anna, order)
    [kept] = services.addresses.of_user(anna)
    assert (kept.city, kept.street, kept.postal_code) == ("Тула", "д. 7", "300000")
    assert (kept.full_name, kept.phone) == (order.full_name, order.phone)
    assert kept.is_default


def test_an_order_that_is_collected_has_no_address_to_keep(services, anna):
    order = make.order(services, user_id=anna.id, **SENT | {"shipping_method": "pickup"})
    services.addresses.keep(anna, order)
    assert (order.city, order.street, order.postal_code) == ("", "", "")
    assert stored(Address) == 0


def test_an_address_leaves_with_its_account(services, anna):
    services.addresses.add(anna, typed())
    db.session.execute(text("DELETE FROM users WHERE id = :id"), {"id": anna.id})
    db.session.commit()
    assert stored(Address) == 0
