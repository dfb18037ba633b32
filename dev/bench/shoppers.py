"""Shoppers who keep their connections, look about, fill carts and buy, and note what went wrong."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urljoin

import requests
from lxml import html

DEADLINE = 30.0  # seconds
PERSON = {
    "full_name": "Вера Читателева",
    "email": "reader@example.org",
    "phone": "+7 900 000-00-00",
    "shipping_method": "pickup",
    "consent": "1",
}
# Seconds before the next click, at most.
REFLECTION = 1.0
# Of those who fill a cart, how many buy.
BUYERS = 0.3


class GoneWrong(Exception):
    """A request that had no proper answer."""


@dataclass(frozen=True)
class Failure:
    """`at` is of time.monotonic(), when it was asked."""

    at: float
    what: str
    why: str


@dataclass
class Seen:
    """What all shoppers were answered together."""

    answers: int = 0
    orders: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def kinds(self, since: float = 0.0, until: float = float("inf")) -> Counter[str]:
        return Counter(f"{f.what}: {f.why}" for f in self.failures if since <= f.at < until)


class Shopper:
    """One person with a browser, on which no script runs."""

    def __init__(self, shop_url: str, books: Sequence[str], seen: Seen, seed: int) -> None:
        self.shop_url = shop_url
        self.books = books
        self.seen = seen
        self.random = random.Random(seed)
        self._begin_anew()

    def _begin_anew(self) -> None:
        self.http = requests.Session()
        self.http.trust_env = False

    def visit(self) -> None:
        """Some pages, a book in the cart, perhaps an order. After what goes wrong, a new visit."""
        try:
            for path in ("/", "/books", "/books?q=the"):
                self._ask("browse", "GET", path)
            page = self._ask("browse", "GET", self.random.choice(self.books))
            self._ask("cart", "POST", *_filled(page, "/cart/items", {"quantity": "1"}))
            self._ask("browse", "GET", "/cart")
            if self.random.random() < BUYERS:
                self._buy()
        except GoneWrong:
            self.http.close()
            self._begin_anew()

    def _buy(self) -> None:
        page = self._ask("browse", "GET", "/checkout")
        placed = self._ask("checkout", "POST", *_filled(page, "checkout", PERSON))
        payment = requests.post(
            f"{placed.headers['Location']}/succeed", timeout=DEADLINE, allow_redirects=False
        )
        back = self._ask("return", "GET", payment.headers["Location"])
        number = back.headers["Location"].rpartition("/")[2]
        order = self._ask("browse", "GET", back.headers["Location"])
        if 'data-order-state="paid"' not in order.text:
            self._note("return", "the order is not paid", time.monotonic())
            return
        with self.seen.lock:
            self.seen.orders.append(number.partition("?")[0])

    def _ask(
        self, what: str, method: str, path: str, form: Mapping[str, str] | None = None
    ) -> requests.Response:
        time.sleep(self.random.uniform(0, REFLECTION))
        began = time.monotonic()
        address = urljoin(self.shop_url, path)
        try:
            answer = self.http.request(
                method, address, data=form, timeout=DEADLINE, allow_redirects=False
            )
        except requests.RequestException as trouble:
            self._note(what, type(trouble).__name__, began)
            raise GoneWrong from trouble
        if answer.status_code not in (200, 303):
            self._note(what, str(answer.status_code), began)
            raise GoneWrong
        with self.seen.lock:
            self.seen.answers += 1
            self.seen.seconds.append(time.monotonic() - began)
        return answer

    def _note(self, what: str, why: str, began: float) -> None:
        with self.seen.lock:
            self.seen.failures.append(Failure(began, what, why))


def _filled(
    page: requests.Response, wanted: str, typed: Mapping[str, str]
) -> tuple[str, dict[str, str]]:
    """Where a form of the page leads, by its id or its action, and what it sends."""
    forms = html.fromstring(page.text).forms
    form = next(f for f in forms if f.get("id") == wanted or f.get("action", "").endswith(wanted))
    return urljoin(page.url, form.get("action")), dict(form.form_values()) | dict(typed)


class Crowd:
    """So many shoppers, from the beginning of the block to its end."""

    def __init__(self, number: int, shop_url: str, books: Sequence[str]) -> None:
        self.seen = Seen()
        self.over = threading.Event()
        self.trouble: list[BaseException] = []
        shoppers = [Shopper(shop_url, books, self.seen, seed) for seed in range(number)]
        self.threads = [threading.Thread(target=self._shop, args=(each,)) for each in shoppers]

    def _shop(self, shopper: Shopper) -> None:
        try:
            while not self.over.is_set():
                shopper.visit()
        except BaseException as trouble:
            self.trouble.append(trouble)
            raise

    def __enter__(self) -> Self:
        self.began = time.monotonic()
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join()
        self.lasted = time.monotonic() - self.began
        if self.trouble:
            raise self.trouble[0]
