"""An order that one of the staff takes, by telephone say, from given lines."""

from __future__ import annotations

import pytest

from shop.errors import Conflict, Invalid, OutOfStock
from shop.models import Order, OrderState, RoleCode
from tests import factories as make
from tests.stored import messages, stock, stored


@pytest.fixture
def anna(services):
    services.shipping.seed()
    return make.save(make.staff(RoleCode.ADMIN, first_name="Anna", last_name="Packer"))


def take(services, anna, wanted, details=None, user_id=None):
    order = services.checkout.place_for(
        wanted, details or make.details(), user_id=user_id, locale="ru", by=anna
    )
    return services.orders.by_number(order.number)


def test_it_is_an_order_like_others_of_the_customer(services, anna):
    customer = make.save(make.staff(RoleCode.CUSTOMER))
    book = make.save(make.book(stock=5, list_price="250.00"))
    order = take(services, anna, {book.id: 3}, user_id=customer.id)
    assert (order.user_id, order.total, order.locale) == (customer.id, 750, "ru")
    [event] = order.events
    assert (event.kind, event.actor, event.actor_id) == ("placed", "Anna Packer", anna.id)
    assert stock(book) == (5, 3)
    assert [message.dedupe_key for message in messages()] == [f"placed-{order.id}"]


def test_its_payment_begins_when_somebody_asks_to_pay(services, sandbox, anna):
    order = take(services, anna, {make.save(make.book()).id: 1})
    assert order.payments == []
    assert services.payments.reconcile() == 0
    services.payments.settle(make.held(services, order))
    assert services.orders.by_number(order.number).state is OrderState.PAID


def test_the_same_key_is_the_same_order(services, anna):
    book = make.save(make.book(stock=5))
    details = make.details()
    first, second = (take(services, anna, {book.id: 1}, details) for _ in range(2))
    assert first.id == second.id
    assert stock(book) == (5, 1)


def refused(services, anna, wanted, error, **values):
    with pytest.raises(error) as refusal:
        take(services, anna, wanted, make.details(**values))
    assert stored(Order) == 0
    return refusal.value


def test_nobody_is_promised_what_is_not_there(services, anna):
    plenty, few = make.save(make.book(stock=9)), make.save(make.book(stock=1))
    assert refused(services, anna, {plenty.id: 2, few.id: 2}, OutOfStock).book_ids == (few.id,)
    assert stock(plenty) == (9, 0)


def test_a_book_that_is_not_there_and_too_many_copies_are_told(services, anna):
    book = make.save(make.book(stock=500))
    problem = refused(services, anna, {book.id: 101, book.id + 1: 1}, Invalid)
    assert [(e.field, e.code) for e in problem.errors] == [
        ("lines", "too_many"),
        ("lines", "unknown_book"),
    ]


def test_an_order_has_lines_and_not_too_many(services, anna):
    refused(services, anna, {}, Conflict)
    books = [make.save(make.book()) for _ in range(100)]
    refused(services, anna, {book.id: 1 for book in books}, Conflict)


def test_the_customer_has_agreed(services, anna):
    book = make.save(make.book())
    problem = refused(services, anna, {book.id: 1}, Invalid, consent=False)
    assert [error.field for error in problem.errors] == ["consent"]


def test_a_customer_who_is_not_there_is_told(services, anna):
    book = make.save(make.book())
    with pytest.raises(Conflict) as refusal:
        take(services, anna, {book.id: 1}, user_id=anna.id + 1000)
    assert [error.field for error in refusal.value.errors] == ["user_id"]
