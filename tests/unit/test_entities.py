"""The smaller entities: shipping, books, carts, messages, accounts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from shop.models import (
    FROM_THE_START,
    Book,
    BookContributor,
    Contributor,
    ContributorRole,
    Image,
    OutboxMessage,
    Permission,
    Role,
    RoleCode,
    ShippingMethod,
    StockRecord,
    User,
)
from shop.models.outbox import LEASE
from shop.repositories.paging import Page
from shop.services.cart_contents import Cart, CartLine, LineProblem

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("items", "cost"),
    [("0.01", "290"), ("3999.99", "290"), ("4000.00", "0"), ("9999.00", "0")],
)
def test_shipping_costs_nothing_from_its_sum_on(items, cost):
    method = ShippingMethod(price=Decimal(290), free_from=Decimal(4000))
    assert method.cost_for(Decimal(items)) == Decimal(cost)


def test_shipping_without_such_a_sum_always_costs():
    assert ShippingMethod(price=Decimal(290)).cost_for(Decimal(10**6)) == Decimal(290)


def line(quantity: int, available: int, price: str = "85.09") -> CartLine:
    return CartLine(
        Book(price=Decimal(price), stock=StockRecord(num_available=available)), quantity
    )


@pytest.mark.parametrize(
    ("quantity", "available", "problem"),
    [
        (1, 1, None),
        (3, 5, None),
        (2, 1, LineProblem.TOO_MANY),
        (1, 0, LineProblem.SOLD_OUT),
        (5, 0, LineProblem.SOLD_OUT),
        (1, -1, LineProblem.SOLD_OUT),
    ],
)
def test_a_line_says_why_it_cannot_be_had(quantity, available, problem):
    assert line(quantity, available).problem is problem
    assert Cart((line(quantity, available),)).has_problems is (problem is not None)


def test_a_cart_adds_up():
    cart = Cart((line(3, 5), line(2, 5, "0.10")))
    assert (cart.total, cart.count, cart.is_empty) == (Decimal("255.47"), 5, False)


def test_authors_are_the_contributors_in_that_role_in_order():
    roles = [
        ("Tolstoy", ContributorRole.AUTHOR),
        ("Garnett", ContributorRole.TRANSLATOR),
        ("Gorky", ContributorRole.AUTHOR),
    ]
    book = Book(
        contributors=[
            BookContributor(contributor=Contributor(name=name), role=role) for name, role in roles
        ]
    )
    assert [author.name for author in book.authors] == ["Tolstoy", "Gorky"]


def test_the_cover_is_the_first_picture_that_is_ready():
    waiting, ready = Image(), Image(folder="sizes/ab/0")
    assert Book(images=[waiting, ready]).cover is ready
    assert Book(images=[waiting]).cover is None


def test_a_claimed_message_is_left_alone_until_its_lease_is_over():
    message = OutboxMessage(attempts=0)
    message.claim(NOW)
    assert (message.attempts, message.available_at) == (1, NOW + LEASE)


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 2), (2, 4), (3, 8), (11, 2048), (12, 3600), (500, 3600)]
)
def test_pauses_double_up_to_an_hour(attempts, seconds):
    message = OutboxMessage(attempts=attempts)
    message.mark_failed(NOW, "x" * 5000)
    assert message.available_at == NOW + timedelta(seconds=seconds)
    assert len(message.last_error) == 2000


def test_a_delivered_message_forgets_its_error():
    message = OutboxMessage(last_error="it failed once", payload={"name": "a", "email": "b"})
    message.mark_delivered(NOW)
    assert (message.delivered_at, message.last_error) == (NOW, None)
    assert message.payload == {"name": "a"}


def of(code: RoleCode) -> Role:
    return Role(code=code, permissions=sorted(FROM_THE_START[code]))


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (RoleCode.CUSTOMER, set()),
        (RoleCode.CATALOGUE_MANAGER, {"see_stock", "edit_books", "edit_pages"}),
        (
            RoleCode.ORDER_MANAGER,
            {"see_orders", "fulfil_orders", "cancel_orders", "edit_orders", "see_stock"},
        ),
        (RoleCode.ACCOUNTANT, {"see_orders", "see_reports"}),
        (RoleCode.ADMIN, set(Permission)),
    ],
)
def test_what_each_role_may_do(role, allowed):
    user = User(role=of(role), active=True)
    assert {p for p in Permission if user.may(p)} == allowed
    assert user.is_staff is (role is not RoleCode.CUSTOMER)


def test_who_was_locked_out_may_do_nothing():
    user = User(role=of(RoleCode.ADMIN), active=False)
    assert not any(user.may(permission) for permission in Permission)
    assert not user.is_active


def test_nobody_may_do_what_has_no_name():
    assert not User(role=of(RoleCode.ADMIN), active=True).may("open_the_safe")


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [("Anna", "K", "Anna K"), ("Anna", "", "Anna"), ("", "", "a@example.org")],
)
def test_an_account_has_a_name_to_show(first, last, name):
    assert User(first_name=first, last_name=last, email="a@example.org").name == name


@pytest.mark.parametrize(("total", "pages"), [(0, 1), (1, 1), (20, 1), (21, 2), (40, 2)])
def test_pages_of_twenty(total, pages):
    assert Page([], total, 1, 20).pages == pages
