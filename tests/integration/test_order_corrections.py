"""Whom and where an order goes to can be corrected; customers can take an order back."""

from __future__ import annotations

import pytest

from shop.errors import IllegalMove, Invalid, Stale
from shop.models import OrderState, RoleCode
from shop.services.outbox import Topic
from tests import factories as make
from tests.stored import messages, stock

ADDRESS = {"city": "Tula", "street": "Lenina 1", "postal_code": "300000"}


@pytest.fixture
def anna(services):
    services.shipping.seed()
    return make.save(make.staff(RoleCode.ADMIN, first_name="Anna", last_name="Packer"))


def now(services, order):
    return services.orders.by_number(order.number)


def correct(services, order, by=None, **changes):
    order = now(services, order)
    if by:
        return services.orders.correct(order.number, order.version, changes, by)
    return services.orders.correct_own(order.number, order.version, changes)


def test_a_customer_corrects_the_address_until_it_is_paid(services, sandbox):
    order = make.order(services, shipping_method="post", **ADDRESS)
    changed = correct(services, order, city="Орёл", comment="Ring twice")
    assert (changed.city, changed.street, changed.comment) == ("Орёл", "Lenina 1", "Ring twice")
    event = changed.events[-1]
    assert (event.kind, event.actor, event.note) == ("corrected", "customer", "city, comment")
    services.payments.settle(make.held(services, order))
    with pytest.raises(IllegalMove):
        correct(services, order, city="Tula")
    assert now(services, order).city == "Орёл"


def test_the_staff_correct_it_until_it_has_left(services, sandbox, anna):
    order = make.paid(services)
    assert correct(services, order, anna, email="new@example.org").email == "new@example.org"
    services.orders.start_packing(order.number, anna)
    changed = correct(services, order, anna, phone="+7 900 111-11-11")
    assert (changed.events[-1].actor_id, changed.events[-1].note) == (anna.id, "phone")
    services.orders.ship(order.number, anna, "Post", "RA1")
    with pytest.raises(IllegalMove):
        correct(services, order, anna, phone="+7 900 222-22-22")


def test_saying_the_same_again_changes_nothing(services, anna):
    order = make.order(services)
    before = now(services, order)
    after = correct(services, order, anna, full_name=order.full_name)
    assert (len(after.events), after.version) == (1, before.version)


@pytest.mark.parametrize("field", ADDRESS)
def test_a_parcel_keeps_an_address(services, anna, field):
    order = make.order(services, shipping_method="post", **ADDRESS)
    with pytest.raises(Invalid) as refusal:
        correct(services, order, anna, **{field: ""})
    assert [error.field for error in refusal.value.errors] == [field]
    assert getattr(now(services, order), field) == ADDRESS[field]


def test_what_is_collected_needs_no_address(services, anna):
    order = make.order(services, city="Tula")
    assert correct(services, order, anna, city="").city == ""


def test_what_was_not_read_is_not_corrected(services, anna):
    order = make.order(services)
    with pytest.raises(Stale):
        services.orders.correct(order.number, order.version + 1, {"city": "Tula"}, anna)


@pytest.mark.parametrize("paid", [False, True])
def test_a_customer_takes_an_order_back_until_it_is_packed(services, sandbox, paid):
    book = make.save(make.book(stock=3))
    order = (make.paid if paid else make.order)(services, book)
    cancelled = services.orders.withdraw(order.number, "changed my mind")
    assert cancelled.state is OrderState.CANCELLED
    assert (cancelled.events[-1].actor, cancelled.events[-1].note) == (
        "customer",
        "changed my mind",
    )
    assert stock(book) == (3, 0)
    assert len(messages(Topic.REFUND)) == paid


def test_what_is_being_packed_only_the_staff_can_cancel(services, sandbox, anna):
    order = make.paid(services)
    services.orders.start_packing(order.number, anna)
    with pytest.raises(IllegalMove, match="being packed"):
        services.orders.withdraw(order.number, "")
    assert now(services, order).state is OrderState.PACKING
    assert services.orders.cancel(order.number, anna, "").state is OrderState.CANCELLED
