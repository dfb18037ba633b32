"""Copies sold lately, counted out of the orders."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from shop.extensions import db
from shop.models import BookSales, Order, OrderState
from shop.models.columns import utcnow
from tests import factories as make


@pytest.fixture
def sold(services):
    """Copies by book, as they stand in the database."""
    return lambda: {row.book_id: row.copies for row in db.session.scalars(select(BookSales))}


def bought(services, *books, state=OrderState.PAID, days_ago=1, quantity=1):
    """An order of that state whose money came so many days ago."""
    order = make.order(services, *books, quantity=quantity)
    paid_at = None if state is OrderState.PENDING_PAYMENT else utcnow() - timedelta(days=days_ago)
    its = update(Order).where(Order.id == order.id)
    db.session.execute(its.values(state=state, paid_at=paid_at))
    db.session.commit()
    return order


def test_copies_of_all_orders_that_were_paid_lately_are_counted(services, sold):
    novel, poems = make.save(make.book(stock=99)), make.save(make.book(stock=99))
    bought(services, novel, poems, quantity=2)
    bought(services, novel, state=OrderState.PACKING)
    bought(services, novel, state=OrderState.SHIPPED, days_ago=89)
    bought(services, novel, state=OrderState.DELIVERED)
    assert services.sales.recount() == 2
    assert sold() == {novel.id: 5, poems.id: 2}


@pytest.mark.parametrize(
    ("state", "days_ago"),
    [
        (OrderState.PENDING_PAYMENT, 1),
        (OrderState.CANCELLED, 1),
        (OrderState.RETURNED, 1),
        (OrderState.DELIVERED, 91),
    ],
)
def test_what_nobody_kept_or_was_long_ago_is_not_counted(services, sold, state, days_ago):
    bought(services, state=state, days_ago=days_ago)
    assert services.sales.recount() == 0
    assert sold() == {}


def test_only_numbers_that_differ_are_written_and_what_sells_no_more_is_forgotten(services, sold):
    novel, poems = make.save(make.book(stock=99)), make.save(make.book(stock=99))
    old = bought(services, novel)
    bought(services, poems)
    services.sales.recount()
    kept = "SELECT xmin::text FROM book_sales WHERE book_id = :id"
    written = db.session.scalar(text(kept), {"id": poems.id})
    db.session.execute(
        update(Order).where(Order.id == old.id).values(paid_at=utcnow() - timedelta(days=99))
    )
    db.session.commit()
    assert services.sales.recount() == 1
    assert sold() == {poems.id: 1}
    assert db.session.scalar(text(kept), {"id": poems.id}) == written
    assert services.sales.recount() == 0
