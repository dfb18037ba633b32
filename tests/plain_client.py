"""A shopper whose client runs no scripts: it follows links and sends forms, and that is all."""

from __future__ import annotations

from typing import Self
from urllib.parse import urljoin

import requests

from tests.plain_page import PlainPage

DEADLINE = 30.0  # seconds

PERSON = {
    "full_name": "Вера Читателева",
    "email": "reader@example.org",
    "phone": "+7 900 000-00-00",
    "shipping_method": "pickup",
    "consent": "1",
}


class PlainClient:
    """Use it with `with`. After each step `page` is the page it stands on, `answer` how it came."""

    def __init__(self, shop_url: str) -> None:
        self.shop_url = shop_url
        self.http = requests.Session()
        # The shop is on this machine: no proxy of the environment may come between.
        self.http.trust_env = False
        # gunicorn closes a connection that is idle for two seconds; what is sent that very moment
        # is lost, and a browser would send it again.
        self.http.headers["Connection"] = "close"

    def open(self, address: str) -> PlainPage:
        return self._arrive(self.http.get(urljoin(self.shop_url, address), timeout=DEADLINE))

    def follow(self, link: str) -> PlainPage:
        """Follow the link with this text, or to this address."""
        return self.open(urljoin(self.answer.url, self.page.link(link)))

    def send(self, form: str, *, redirects: bool = True, **typed: str) -> PlainPage:
        """Fill in a form of this page (by id, or by how its action ends) and send it."""
        found = self.page.form(form)
        values = found.fields | typed
        address = urljoin(self.answer.url, found.action)
        if found.method == "post":
            return self._arrive(
                self.http.post(address, values, timeout=DEADLINE, allow_redirects=redirects)
            )
        return self._arrive(self.http.get(address, params=values, timeout=DEADLINE))

    def put_in_cart(self, book_address: str, quantity: int = 1) -> PlainPage:
        self.open(book_address)
        return self.send("/cart/items", quantity=str(quantity))

    def _arrive(self, answer: requests.Response) -> PlainPage:
        self.answer = answer
        self.page = PlainPage(answer.text)
        return self.page

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()
