"""What the shopper pays is computed by the database, to the kopeck, half up."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from shop.extensions import db
from tests import factories as make

Price = Callable[[Decimal, int], Decimal]
CHANGE = text("UPDATE books SET list_price = :l, discount_percent = :d RETURNING price")


@pytest.fixture
def price(services) -> Price:
    """The database's price for a list price and a discount."""
    make.save(make.book())
    return lambda list_price, discount: db.session.scalar(CHANGE, {"l": list_price, "d": discount})


@pytest.mark.parametrize(
    ("list_price", "discount", "paid"),
    [
        ("0.01", 50, "0.01"),  # 0.005
        ("0.03", 50, "0.02"),  # 0.015
        ("0.05", 90, "0.01"),  # 0.005
        ("100.10", 15, "85.09"),  # 85.085
        ("100.30", 15, "85.26"),  # 85.255
        ("100.50", 15, "85.43"),  # 85.425, which half-even makes 85.42
        ("333.33", 33, "223.33"),  # 223.3311
        ("999.99", 10, "899.99"),  # 899.991
        ("499.00", 0, "499.00"),
        ("99999999.99", 1, "98999999.99"),
    ],
)
def test_half_a_kopeck_is_rounded_up(price, list_price, discount, paid):
    assert price(Decimal(list_price), discount) == Decimal(paid)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    list_price=st.decimals(min_value="0.01", max_value="99999999.99", places=2),
    discount=st.integers(min_value=0, max_value=90),
)
def test_the_database_rounds_as_python_does_half_up(price, list_price, discount):
    exact = list_price * (100 - discount) / 100
    rounded = exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
    assume(rounded > 0)  # nothing is given away
    assert price(list_price, discount) == rounded


def test_a_book_knows_its_price_as_soon_as_it_is_stored(services):
    book = make.save(make.book(list_price=Decimal("100.10"), discount_percent=15))
    assert book.price == Decimal("85.09")


def test_nobody_else_sets_the_price(services):
    make.save(make.book())
    with pytest.raises(Exception, match="can only be updated to DEFAULT"):
        db.session.execute(text("UPDATE books SET price = 1"))
    db.session.rollback()
