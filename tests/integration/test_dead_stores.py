"""A store that is gone: every method that needs it says so with a 503, and the others go on."""

from __future__ import annotations

import inspect
import io
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import get_type_hints
from urllib.parse import urlsplit

import pytest
from flask import Flask
from PIL import Image as Pillow

from shop.app import create_app
from shop.bootstrap import Parts
from shop.errors import ShopError, Unavailable
from shop.extensions import db
from shop.gateways.payments import SeenPayment
from shop.models import OrderState, PaymentStatus, Role, User
from shop.repositories.book_filters import BookFilters
from shop.services.base import EntityBaseService
from shop.services.registry import Services
from tests import factories as make
from tests.stored import messages

# Methods that ask PostgreSQL nothing.
NEED_NO_DATABASE = {
    "cart.count",
    "cart.empty",
    "cart.id_of_user",
    "cart.merge",
    "cart.new_id",
    "checkout.totals",
    "images.file",
    "order_links.opens",
    "order_links.return_url",
    "order_links.url",
}
# Without Redis nobody knows what is in a cart.
NEED_REDIS = {"cart.add", "cart.merge", "cart.set_quantity", "cart.view", "checkout.place"}
PLAIN = set(dir(EntityBaseService)) - {"get", "page", "create", "update", "delete"}


class Gateway:
    """A provider that has every payment."""

    def read(self, payment_id: str) -> SeenPayment:
        return SeenPayment(payment_id, PaymentStatus.CAPTURED, Decimal(1), "RUB")


def png() -> bytes:
    out = io.BytesIO()
    Pillow.new("RGB", (4, 6)).save(out, "PNG")
    return out.getvalue()


# An argument for each parameter of a service's method, by its name.
ARGUMENTS = {
    "alt": "",
    "author_id": 1,
    "book_id": 1,
    "by": User(id=1, email="a@example.org", first_name="", last_name="", role=Role.ADMIN),
    "carrier": "Post",
    "cart_id": "a",
    "counted": 1,
    "data": png(),
    "details": make.details(),
    "discount_percent": 0,
    "email": "a@example.org",
    "filters": BookFilters(),
    "from_id": "a",
    "image_id": 1,
    "into_id": "b",
    "items": Decimal(1),
    "key": 1,
    "language": "en",
    "limit": 10,
    "list_price": Decimal(1),
    "locale": "en",
    "method": None,
    "name": "order_paid",
    "number": "2345-6789",
    "order_id": 1,
    "page": 1,
    "password": make.PASSWORD,
    "path": "fiction",
    "payment_id": 1,
    "provider_payment_id": "p1",
    "quantity": 1,
    "reason": "",
    "refund_id": 1,
    "role": Role.CUSTOMER,
    "seen": 1,
    "state": None,
    "text": "9780306406157",
    "tracking_number": "1",
    "user": User(id=1),
    "user_id": 1,
    "version": 1,
}
METHODS = sorted(
    f"{service}.{name}"
    for service, kind in get_type_hints(Services).items()
    for name, method in inspect.getmembers(kind, inspect.isfunction)
    if not name.startswith("_") and (name not in PLAIN or service == "shipping")
)


@pytest.fixture
def app_with(app, config):
    """Makes a shop like the one under test with some settings changed."""

    @contextmanager
    def make_app(**settings: str) -> Iterator[Services]:
        made = create_app(config.model_copy(update=settings), Parts(gateway=Gateway()))
        with made.app_context():
            yield made.extensions["services"]
            db.session.remove()
            db.engine.dispose()

    return make_app


def call(services: Services, path: str) -> object:
    """What the method answers or raises, with arguments by the names of its parameters."""
    service, name = path.split(".")
    method = getattr(getattr(services, service), name)
    needed = [
        parameter.name
        for parameter in inspect.signature(method).parameters.values()
        if parameter.default is parameter.empty and parameter.kind is not parameter.VAR_KEYWORD
    ]
    try:
        return method(**{parameter: ARGUMENTS[parameter] for parameter in needed})
    except ShopError as refusal:
        return refusal


@pytest.mark.parametrize("path", METHODS)
def test_without_postgresql(app, app_with, closed_port, path):
    put_a_line_into(app, "a")
    with app_with(database_url=f"postgresql://shop@127.0.0.1:{closed_port}/shop") as services:
        outcome = call(services, path)
    assert isinstance(outcome, Unavailable) is (path not in NEED_NO_DATABASE)


def put_a_line_into(app: Flask, cart_id: str) -> None:
    carts = app.extensions["services"].cart.carts
    carts.put(cart_id, 1, 1, most=9, add=True)


@pytest.mark.parametrize("path", METHODS)
def test_without_redis(app_with, closed_port, path):
    with app_with(redis_url=f"redis://127.0.0.1:{closed_port}/0") as services:
        outcome = call(services, path)
    assert isinstance(outcome, Unavailable) is (path in NEED_REDIS)


def test_without_redis_there_is_no_badge_and_no_harm(app_with, closed_port):
    with app_with(redis_url=f"redis://127.0.0.1:{closed_port}/0") as services:
        assert services.cart.count("a") is None
        assert services.cart.count(None) == 0
        services.cart.empty("a")


def test_without_redis_orders_move_on_and_their_mails_wait(services, app_with, closed_port):
    order = make.order(services)
    staff = make.save(make.staff())
    with app_with(redis_url=f"redis://127.0.0.1:{closed_port}/0") as others:
        cancelled = others.orders.cancel(order.number, staff, "no")
    assert cancelled.state is OrderState.CANCELLED
    assert f"cancelled-{order.id}" in {message.dedupe_key for message in messages()}


def test_the_shop_is_ready_when_it_is_migrated_and_has_books(services):
    assert services.health.state() == {"migrated": True, "seeded": False}
    make.save(make.book())
    assert services.health.state() == {"migrated": True, "seeded": True}


def test_a_database_without_tables_is_not_ready(app_with, database_url):
    bare = urlsplit(database_url)._replace(path="/postgres").geturl()
    with app_with(database_url=bare) as services:
        assert services.health.state() == {"migrated": False, "seeded": False}
