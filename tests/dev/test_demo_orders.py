"""The demo's orders keep to the rules of the house: DESIGN §7."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import delete, select

from dev.demo import accounts, books, orders
from dev.demo.reading import read
from shop.extensions import db
from shop.models import Book, BookSales, Order, OrderState, OutboxMessage, PaymentStatus
from shop.models.columns import utcnow
from shop.models.order_lines import items_total
from shop.models.orders import SOLD
from shop.web.services import services
from tests.stored import stored


@pytest.fixture(scope="module")
def _demo(_app: Flask, stores_of_module: object) -> None:
    with _app.app_context():
        books.load(services, read())
        accounts.register(services)
        assert orders.load(services) == orders.HOW_MANY


@pytest.fixture(autouse=True)
def _context(_app: Flask, _demo: None) -> Iterator[None]:
    with _app.app_context():
        yield


@pytest.fixture
def ordered() -> list[Order]:
    """All of them, read back from the database."""
    query = select(Order).order_by(Order.id).options(*services.orders.orders.loads())
    return list(db.session.scalars(query).unique())


def test_every_order_adds_up_and_was_paid_for_exactly_once(ordered: list[Order]) -> None:
    for order in ordered:
        assert order.items_total == items_total(order.lines) > 0
        assert order.total == order.items_total + order.shipping_total
        (payment,) = order.payments
        assert (payment.status, payment.amount) == (PaymentStatus.CAPTURED, order.total)
        assert order.owed_back == Decimal(0)


def test_every_state_was_reached_step_by_step_in_time(ordered: list[Order]) -> None:
    for order in ordered:
        assert order.events[-1].to_state == order.state
        times = [event.at for event in order.events]
        assert times == sorted(times)
        assert order.placed_at == times[0]
        assert utcnow() - timedelta(days=81) < times[0]
        assert times[-1] == order.updated_at < utcnow()
    states = {order.state for order in ordered}
    assert states == {OrderState.SHIPPED, OrderState.DELIVERED} <= set(SOLD)


def test_nobody_bought_what_was_not_there_yet(ordered: list[Order]) -> None:
    appeared = dict(db.session.execute(select(Book.id, Book.appeared_at)).all())
    for order in ordered:
        assert all(appeared[line.book_id] < order.placed_at for line in order.lines if line.book_id)


def test_the_shop_has_bestsellers_and_books_that_are_bought_together(ordered: list[Order]) -> None:
    top = services.book_lists.bestsellers(1, 6)
    assert top.total > 50
    copies = dict(db.session.execute(select(BookSales.book_id, BookSales.copies)).all())
    assert sum(copies.values()) == sum(line.quantity for o in ordered for line in o.lines)
    assert services.catalogue.book_page(top.items[0].id).beside.bought_together


def test_the_customer_has_a_history_and_nobody_gets_a_mail(ordered: list[Order]) -> None:
    customer = services.accounts.authenticate("customer@example.org", accounts.PASSWORD)
    assert services.orders.of_user(customer, 1, 20).total == orders.OWN_ORDERS
    assert stored(OutboxMessage) == 0


def test_the_same_books_are_bought_on_every_machine(ordered: list[Order]) -> None:
    first = [[line.isbn for line in order.lines] for order in ordered]
    db.session.execute(delete(Order))
    db.session.commit()
    orders.load(services)
    query = select(Order).order_by(Order.id).options(*services.orders.orders.loads())
    again = [[line.isbn for line in order.lines] for order in db.session.scalars(query).unique()]
    assert again == first


def test_some_books_are_announced_and_on_no_shelf_in_front() -> None:
    coming = services.book_lists.coming(1, 20)
    assert coming.total >= 6
    languages = {book.language for book in coming}
    assert languages == {"en", "ru"}
