"""Shoppers who go on buying while a part of the shop is away."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import requests

from shop.models import Book
from tests.jobs.workforce import PATIENCE
from tests.plain_client import PERSON, PlainClient
from tests.plain_page import PlainPage

REFLECTION = 0.1  # seconds between two tries
EMPTY_CART, AWAY = 409, 503
SECRETS = ("psycopg", "sqlalche", "redis", "OperationalError", "Traceback", "127.0.0.1:")


class BackSoon(Exception):
    """The shop said that it will be back in a moment."""


class Shopper(PlainClient):
    """What it was shown: orders, how often each status, when it was told to come again."""

    def __init__(self, shop_url: str) -> None:
        super().__init__(shop_url)
        self.http.hooks["response"].append(self._note)
        self.orders: list[str] = []
        self.statuses: Counter[int] = Counter()
        self.told_at: list[float] = []
        self.slowest = 0.0  # seconds that one answer took
        self.lost_carts = 0

    def buy(self, book: Book) -> None:
        """One order, from the book's page to the paid order's; each step until it is answered."""
        self.fill_cart(book)
        self.insist(lambda: self.send("checkout", **PERSON))
        while self.answer.status_code == EMPTY_CART:
            self.lost_carts += 1
            self.fill_cart(book)
            self.insist(lambda: self.send("checkout", **PERSON))
        self.send("succeed", redirects=False)
        back = self.answer.headers["Location"]
        page = self.insist(lambda: self.open(back))
        assert page.order_state == "paid"
        self.orders.append(self.answer.url.rpartition("/")[2])

    def fill_cart(self, book: Book) -> None:
        """Stand before the checkout form; what was put in and is gone is put in again."""
        while True:
            self.insist(lambda: self.open(f"/books/{book.slug}-{book.id}"))
            self.insist(lambda: self.send("/cart/items", redirects=False))
            page = self.insist(lambda: self.open("/checkout"))
            if any(form.id == "checkout" for form in page.forms):
                return
            self.lost_carts += 1

    def insist(self, step: Callable[[], PlainPage]) -> PlainPage:
        """Take the step again, from the page before it, while the shop is away."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return step()
            except BackSoon:
                assert time.monotonic() < deadline, "the shop does not come back"
                time.sleep(REFLECTION)

    def _arrive(self, answer: requests.Response) -> PlainPage:
        assert answer.status_code < 400 or answer.status_code in (EMPTY_CART, AWAY), answer.text
        if answer.status_code == AWAY:
            self._be_told(answer)
            raise BackSoon
        return super()._arrive(answer)

    def _be_told(self, answer: requests.Response) -> None:
        """A plain page that says when to come again and nothing of what is behind it."""
        assert int(answer.headers["Retry-After"]) > 0
        assert "<h1>" in answer.text
        assert not [secret for secret in SECRETS if secret in answer.text]
        self.told_at.append(time.monotonic())

    def _note(self, answer: requests.Response, *_: Any, **__: Any) -> None:
        self.statuses[answer.status_code] += 1
        self.slowest = max(self.slowest, answer.elapsed.total_seconds())
