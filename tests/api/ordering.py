"""People with orders, and what programs send about them."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from shop.models import Order, RoleCode, User
from tests.backstage import Backstage
from tests.visitor import Visitor

ORDERS = "/api/v1/orders"
KEY = {"Idempotency-Key": "3f1c9a52-0f4e-4c4e-9f55-6f1f8bd3e7a1"}


@pytest.fixture
def anna(backstage: Backstage) -> User:
    """A customer."""
    return backstage.user()


@pytest.fixture
def reader(app: Flask, anna: User) -> Visitor:
    """Anna, logged in."""
    return Visitor(app, anna)


@pytest.fixture
def clerk(app: Flask, backstage: Backstage) -> Visitor:
    """Boris, who looks after orders."""
    return Visitor(app, backstage.user(RoleCode.ORDER_MANAGER, first_name="Boris"))


@pytest.fixture
def order(backstage: Backstage, anna: User) -> Order:
    """Anna's, which waits for its payment."""
    return backstage.order(user=anna)


def path(order: Order, rest: str = "") -> str:
    return f"{ORDERS}/{order.number}{rest}"


def change(
    visitor: Visitor,
    order: Order,
    body: Any,
    rest: str = "",
    method: str = "PATCH",
    **headers: str,
) -> TestResponse:
    """With the ETag of the order as it is now."""
    if "If-Match" not in headers:
        headers["If-Match"] = visitor.get(path(order), headers=headers).headers.get("ETag", "*")
    return visitor.call(method, path(order, rest), body, headers=headers)


def problem(answer: TestResponse, status: int) -> str:
    """The code of the problem that was answered."""
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    return str(answer.get_json()["code"])
