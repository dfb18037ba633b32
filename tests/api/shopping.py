"""What a program sends to buy something."""

from __future__ import annotations

from typing import Any

from redis import Redis
from werkzeug.test import TestResponse

from shop.models import Book
from tests.visitor import Visitor

PERSON = {
    "email": "reader@example.org",
    "phone": "+7 900 000-00-00",
    "full_name": "Вера Читателева",
    "shipping_method": "pickup",
    "consent": True,
}
ADDRESS = {"city": "Tula", "street": "Lenina 1", "postal_code": "300000"}
ORDER = {
    *("number", "url", "state", "placed_at", "updated_at", "expires_at", "paid_at", "email"),
    *("phone", "full_name", "shipping_method", "shipping_name", "city", "street", "postal_code"),
    *("comment", "lines", "items_total", "shipping_total", "total", "refunded", "payment"),
    "shipment",
}
LINE = {"id", "book_id", "title", "isbn", "authors", "quantity", "price", "total"}


def put(visitor: Visitor, book: Book, quantity: int = 1, **headers: str) -> TestResponse:
    wanted = {"book_id": book.id, "quantity": quantity}
    return visitor.call("POST", "/api/v1/cart/items", wanted, headers=headers)


def check_out(visitor: Visitor, headers: Any = None, **fields: Any) -> TestResponse:
    """Order what is in the cart; a field that is None is not sent."""
    sent = {name: value for name, value in (PERSON | fields).items() if value is not None}
    return visitor.call("POST", "/api/v1/checkout", sent, headers=headers or {})


def roubles(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "RUB"}


def forget_answers(redis: Redis) -> None:
    """What is kept of the answers to requests with an Idempotency-Key is gone."""
    for key in redis.scan_iter("answer:*"):
        redis.delete(key)
