"""Several shoppers, or one in a hurry, place orders at the same moment."""

from __future__ import annotations

import pytest

from shop.errors import OutOfStock
from shop.models import Order
from tests import factories as make
from tests.rivals import at_once, meanwhile, until_blocked
from tests.stored import allocated, messages, stock, stored


@pytest.fixture(autouse=True)
def ways_of_shipping(services):
    services.shipping.seed()


def place(services, cart_id: str, **values) -> Order:
    return services.checkout.place(cart_id, make.details(**values), user_id=None, locale="en")


def numbers(outcomes: list[object]) -> set[str]:
    return {outcome.number for outcome in outcomes if isinstance(outcome, Order)}


def test_the_last_copy_is_sold_once(app, services):
    book = make.save(make.book(stock=1))
    carts = [make.cart(services, book) for _ in range(20)]
    outcomes = at_once(app, 20, lambda number: place(services, carts[number]))
    refusals = [outcome for outcome in outcomes if isinstance(outcome, OutOfStock)]
    assert len(numbers(outcomes)) == stored(Order) == 1
    assert len(refusals) == 19
    assert all(refusal.book_ids == (book.id,) for refusal in refusals)
    assert stock(book) == (1, 1)
    assert len(messages("mail")) == 1


def test_copies_are_sold_as_far_as_they_go(app, services):
    book = make.save(make.book(stock=7))
    carts = [make.cart(services, book, quantity=2) for _ in range(8)]
    outcomes = at_once(app, 8, lambda number: place(services, carts[number]))
    assert len(numbers(outcomes)) == 3
    assert stock(book) == (7, 6)


def test_orders_of_the_same_books_never_get_in_a_deadlock(app, services, caplog):
    books = [make.save(make.book(stock=20)) for _ in range(3)]
    carts = [make.cart(services, *books[:: 1 if n % 2 else -1]) for n in range(6)]
    outcomes = at_once(app, 6, lambda number: place(services, carts[number]))
    assert len(numbers(outcomes)) == 6
    assert [stock(book) for book in books] == [(20, 6)] * 3
    assert "contended" not in caplog.text


def test_copies_are_promised_in_the_order_of_ids(app, services, rival):
    first, second = make.save(make.book()), make.save(make.book())
    cart_id = make.cart(services, second, first)
    lock = "SELECT 1 FROM stock_records WHERE book_id = %s FOR UPDATE NOWAIT"
    rival.execute(lock, [first.id])
    with meanwhile(app, lambda: place(services, cart_id)) as placed:
        until_blocked(rival)
        # Whoever waits for the first has not touched the second.
        rival.execute(lock, [second.id])
        rival.rollback()
        assert isinstance(placed(), Order)


def test_the_same_form_twice_at_once_is_one_order(app, services):
    book = make.save(make.book(stock=9))
    cart_id, details = make.cart(services, book), make.details()
    outcomes = at_once(
        app,
        6,
        lambda _: services.checkout.place(cart_id, details, user_id=None, locale="en"),
    )
    assert [type(outcome) for outcome in outcomes] == [Order] * 6
    assert len(numbers(outcomes)) == stored(Order) == 1
    assert allocated(book) == 1
    assert len(messages("mail")) == 1


def test_nobody_is_shut_out_by_an_order_of_their_own(app, services):
    # The same form twice, and the first of the two takes the last copy.
    book = make.save(make.book(stock=1))
    cart_id, details = make.cart(services, book), make.details()
    outcomes = at_once(
        app,
        6,
        lambda _: services.checkout.place(cart_id, details, user_id=None, locale="en"),
    )
    assert [type(outcome) for outcome in outcomes] == [Order] * 6
    assert len(numbers(outcomes)) == 1


def test_a_cart_emptied_by_the_same_form_answers_the_order(app, services):
    book = make.save(make.book())
    cart_id, details = make.cart(services, book), make.details()

    def place_and_empty() -> Order:
        order = services.checkout.place(cart_id, details, user_id=None, locale="en")
        services.cart.take_out(cart_id, [line.book_id for line in order.lines], order.placed_at)
        return order

    outcomes = at_once(app, 6, lambda _: place_and_empty())
    assert [type(outcome) for outcome in outcomes] == [Order] * 6
    assert len(numbers(outcomes)) == 1


def test_an_order_that_waits_for_another_sees_what_that_one_left(app, services, rival):
    book = make.save(make.book(stock=1))
    cart_id = make.cart(services, book)
    rival.execute("UPDATE stock_records SET num_allocated = 1 WHERE book_id = %s", [book.id])
    with meanwhile(app, lambda: place(services, cart_id)) as placed:
        until_blocked(rival)
        rival.commit()
        assert isinstance(placed(), OutOfStock)
    assert stored(Order) == 0
