"""The lines of an order change until somebody begins to pay for it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from shop.errors import IllegalMove, Invalid, NotFound, OutOfStock, Stale
from shop.models import OrderState, RoleCode
from tests import factories as make
from tests.rivals import at_once, meanwhile, until_blocked
from tests.stored import stock


@pytest.fixture
def anna(services):
    services.shipping.seed()
    return make.save(make.staff(RoleCode.ADMIN, first_name="Anna", last_name="Packer"))


@pytest.fixture
def books(services):
    return [make.save(make.book(stock=5)) for _ in range(2)]


@pytest.fixture
def order(services, anna, books):
    """Two copies of each of two books of 500 roubles, sent by courier."""
    return take(services, anna, {book.id: 2 for book in books})


def take(services, anna, wanted, **values):
    address = {"city": "Tula", "street": "Lenina 1", "postal_code": "300000"}
    details = make.details(shipping_method="courier", **address, **values)
    return services.checkout.place_for(wanted, details, user_id=None, locale="en", by=anna)


def resize(services, order, index, quantity, by):
    line = order.lines[index]
    return services.order_lines.resize(order.number, order.version, line.id, quantity, by)


def sums(order):
    return (order.items_total, order.shipping_total, order.total)


def test_more_copies_are_promised_and_paid_for(services, order, anna, books):
    changed = resize(services, order, 0, 4, anna)
    assert [(line.quantity, line.total) for line in changed.lines] == [
        (4, Decimal("2000.00")),
        (2, Decimal("1000.00")),
    ]
    assert sums(changed) == (3000, 390, 3390)
    assert [stock(book) for book in books] == [(5, 4), (5, 2)]
    assert changed.version > order.version or changed is order


def test_fewer_copies_are_given_back(services, order, anna, books):
    assert sums(resize(services, order, 1, 1, anna)) == (1500, 390, 1890)
    assert [stock(book) for book in books] == [(5, 2), (5, 1)]


def test_a_line_is_taken_out(services, order, anna, books):
    changed = resize(services, order, 0, 0, anna)
    assert [line.book_id for line in changed.lines] == [books[1].id]
    assert sums(changed) == (1000, 390, 1390)
    assert [stock(book) for book in books] == [(5, 0), (5, 2)]


def test_shipping_is_free_from_its_sum_on_and_costs_again_below_it(services, anna, books):
    order = take(services, anna, {book.id: 4 for book in books})
    assert sums(order) == (4000, 0, 4000)
    assert sums(resize(services, order, 0, 3, anna)) == (3500, 390, 3890)


def test_an_order_keeps_what_its_shipping_cost(services, order, anna):
    [courier] = [method for method in services.shipping.methods() if method.code == "courier"]
    services.shipping.update(courier.id, price=Decimal(700))
    order = services.orders.by_number(order.number)
    assert sums(resize(services, order, 0, 1, anna)) == (1500, 390, 1890)
    order = services.orders.by_number(order.number)
    assert sums(resize(services, order, 0, 5, anna)) == (3500, 390, 3890)
    order = services.orders.by_number(order.number)
    assert sums(resize(services, order, 1, 3, anna)) == (4000, 0, 4000)


def test_a_way_of_shipping_that_is_gone_costs_what_it_cost(services, order, anna):
    for method in services.shipping.methods():
        services.shipping.update(method.id, active=False)
    assert sums(resize(services, order, 0, 1, anna)) == (1500, 390, 1890)


def test_the_payment_is_for_the_new_sum(services, sandbox, order, anna):
    resize(services, order, 0, 1, anna)
    services.payments.settle(make.held(services, order))
    paid = services.orders.by_number(order.number)
    assert (paid.state, paid.payment.amount) == (OrderState.PAID, 1890)


def test_the_history_says_who_changed_what(services, order, anna):
    title = order.lines[0].title
    event = resize(services, order, 0, 3, anna).events[-1]
    assert (event.kind, event.actor_id, event.note) == ("lines_changed", anna.id, f"{title}: 2 → 3")


def refused(services, order, error, index=0, quantity=1, **also):
    before = services.orders.by_number(order.number)
    with pytest.raises(error) as refusal:
        services.order_lines.resize(
            order.number,
            also.get("version", before.version),
            also.get("line_id", before.lines[index].id),
            quantity,
            also["by"],
        )
    after = services.orders.by_number(order.number)
    assert [line.quantity for line in after.lines] == [line.quantity for line in before.lines]
    assert len(after.events) == len(before.events)
    return refusal.value


def test_no_more_copies_than_there_are(services, order, anna, books):
    assert refused(services, order, OutOfStock, quantity=6, by=anna).book_ids == (books[0].id,)
    assert stock(books[0]) == (5, 2)


def test_no_more_copies_than_fit_in_one_order(services, order, anna):
    refused(services, order, Invalid, quantity=10_000, by=anna)


def test_the_last_line_stays(services, order, anna):
    changed = resize(services, order, 0, 0, anna)
    refused(services, changed, IllegalMove, quantity=0, by=anna)


def test_nothing_changes_once_a_payment_is_begun(services, sandbox, order, anna, books):
    services.payments.start(order.number)
    refused(services, order, IllegalMove, by=anna)
    assert stock(books[0]) == (5, 2)


def test_an_order_of_the_checkout_goes_on_to_pay_and_keeps_its_lines(services, anna):
    refused(services, make.order(services), IllegalMove, quantity=2, by=anna)


def test_nothing_changes_after_it_is_cancelled(services, order, anna):
    services.orders.cancel(order.number, anna, "no")
    refused(services, order, IllegalMove, by=anna)


def test_the_line_of_another_order_is_not_found(services, order, anna, books):
    other = take(services, anna, {books[0].id: 1})
    refused(services, order, NotFound, line_id=other.lines[0].id, by=anna)


def test_what_was_not_read_is_not_changed(services, order, anna):
    refused(services, order, Stale, version=order.version + 1, by=anna)


def test_a_book_that_is_sold_no_more_can_still_leave_the_order(services, order, anna, books):
    services.catalogue.delete(books[0].id)
    changed = resize(services, services.orders.by_number(order.number), 0, 0, anna)
    assert sums(changed) == (1000, 390, 1390)


def test_a_payment_that_begins_meanwhile_waits_and_is_for_the_new_sum(
    app, services, sandbox, order, anna, rival
):
    rival.execute("SELECT 1 FROM orders WHERE id = %s FOR UPDATE", [order.id])
    with meanwhile(app, lambda: services.payments.start(order.number)) as started:
        until_blocked(rival)
        rival.execute("UPDATE order_lines SET quantity = 1 WHERE order_id = %s", [order.id])
        rival.execute(
            "UPDATE orders SET items_total = 1000, total = 1390, version = version + 1"
            " WHERE id = %s",
            [order.id],
        )
        rival.commit()
        assert started().amount == 1390


def test_of_many_changes_at_once_one_is_made(app, services, order, anna, books):
    line_id, version = order.lines[0].id, order.version
    outcomes = at_once(
        app,
        5,
        lambda n: services.order_lines.resize(order.number, version, line_id, 1, anna),
    )
    assert sum(isinstance(outcome, Stale) for outcome in outcomes) == 4
    assert stock(books[0]) == (5, 1)
