"""Many checkouts at the same moment, over HTTP, against several processes."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from dev.yookassa_sandbox.server import RunningSandbox
from dev.yookassa_sandbox.testing import state
from shop.extensions import db
from shop.models import Book, Order, OrderLine, Payment, StockRecord
from tests import factories
from tests.live_shop import LiveShop
from tests.plain_client import PERSON, PlainClient
from tests.races.crowd import at_checkout, at_once, place, twins_of


def on_shelf(copies: int) -> Book:
    return factories.save(factories.book(stock=copies, title="Persuasion"))


def count(entity: type) -> int:
    return db.session.scalar(select(func.count()).select_from(entity))


def stock_of(book: Book) -> tuple[int, int]:
    """Copies on the shelf, and those promised."""
    row = select(StockRecord.num_in_stock, StockRecord.num_allocated)
    return tuple(db.session.execute(row.where(StockRecord.book_id == book.id)).one())


def payments_at(sandbox: RunningSandbox) -> int:
    return state(sandbox)["done"].get("create_payment", 0)


def place_all(guests: list[PlainClient]) -> tuple[list[PlainClient], list[PlainClient]]:
    """Those who got an order, and those who were told that they did not."""
    at_once([lambda guest=guest: place(guest) for guest in guests])
    by_status = {303: [], 409: []}
    for guest in guests:
        by_status[guest.answer.status_code].append(guest)
    return by_status[303], by_status[409]


def test_the_last_copy_is_sold_once_to_fifty_guests_at_once(shop: LiveShop) -> None:
    book = on_shelf(1)
    before = payments_at(shop.sandbox)
    with at_checkout(shop.url, 50, book) as guests:
        buyers, others = place_all(guests)
    assert (len(buyers), len(others)) == (1, 49)
    assert len(shop.processes_that_answered("POST /checkout")) > 1
    assert (count(Order), count(Payment), stock_of(book)) == (1, 1, (1, 1))
    assert payments_at(shop.sandbox) == before + 1
    for guest in others:
        assert "“Persuasion”" in guest.page.alerts[0]
        kept = guest.page.form("checkout").fields
        assert kept | PERSON | {"comment": f"guest {guests.index(guest)}"} == kept


@pytest.mark.parametrize(("copies", "quantity", "sold"), [(7, 2, 3), (12, 1, 12)])
def test_no_more_copies_are_sold_than_there_are(
    shop: LiveShop, copies: int, quantity: int, sold: int
) -> None:
    book = on_shelf(copies)
    with at_checkout(shop.url, 16, book, quantity) as guests:
        buyers, _ = place_all(guests)
    assert (len(buyers), count(Order)) == (sold, sold)
    assert stock_of(book) == (copies, sold * quantity)
    assert db.session.scalar(select(func.sum(OrderLine.quantity))) == sold * quantity


@pytest.mark.parametrize("copies", [1, 20])
def test_a_form_sent_ten_times_at_once_is_one_order_and_one_payment(
    shop: LiveShop, copies: int
) -> None:
    book = on_shelf(copies)
    before = payments_at(shop.sandbox)
    with at_checkout(shop.url, 1, book) as [guest], twins_of(guest, 10) as twins:
        answers = at_once([lambda twin=twin: place(twin) for twin in twins])
    assert (count(Order), count(Payment), stock_of(book)) == (1, 1, (copies, 1))
    assert payments_at(shop.sandbox) == before + 1
    # Whichever answer the shopper gets to see leads to that payment.
    [address] = {answer.headers.get("Location", answer.text) for answer in answers}
    assert address == db.session.scalars(select(Payment.confirmation_url)).one()
