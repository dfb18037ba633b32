"""A program of somebody else: with a client generated from the shop's document it buys a book.

`python buyer.py URL TITLE` prints what it has seen of its order, as JSON. Paying itself is a page
of YooKassa's, and no part of the API.
"""

from __future__ import annotations

import json
import sys
import time

import requests
from colophon_client import AuthenticatedClient, Client
from colophon_client.api.auth import auth_login, auth_me, auth_register
from colophon_client.api.books import books_index
from colophon_client.api.cart import cart_add
from colophon_client.api.checkout import checkout_place, checkout_shipping_methods
from colophon_client.api.orders import orders_index, orders_show
from colophon_client.models import CheckoutBody, Login, Registration, WantedCopies

EMAIL, PASSWORD = "program@example.org", "a password that programs have"
SECONDS = 30


def buy(shop: str, title: str) -> dict[str, object]:
    client = logged_in(shop)
    book = books_index.sync(client=client, q=title).items[0]
    cart = cart_add.sync(client=client, body=WantedCopies(book_id=book.id, quantity=2))
    assert [line.book.title for line in cart.items] == [title]
    ways = checkout_shipping_methods.sync(client=client).items
    placed = checkout_place.sync(
        client=client,
        body=CheckoutBody(
            email=EMAIL,
            phone="+7 900 000-00-00",
            full_name="Вера Читателева",
            shipping_method=next(way.code for way in ways if not way.needs_address),
            consent=True,
        ),
        idempotency_key="the first order of a program",
    )
    before = placed.order.state
    requests.post(f"{placed.payment.confirmation_url}/succeed", timeout=SECONDS)
    order = once_paid(client, placed.order.number)
    mine = orders_index.sync(client=client).items
    return {
        "states": [before, order.state],
        "total": order.total.amount,
        "lines": [[line.title, line.quantity] for line in order.lines],
        "mine": [each.number == order.number for each in mine],
    }


def logged_in(shop: str) -> AuthenticatedClient:
    """With an account that was not there before."""
    anybody = Client(base_url=shop, raise_on_unexpected_status=True)
    auth_register.sync(
        client=anybody, body=Registration(email=EMAIL, password=PASSWORD, consent=True)
    )
    tokens = auth_login.sync(client=anybody, body=Login(email=EMAIL, password=PASSWORD))
    client = AuthenticatedClient(
        base_url=shop, token=tokens.access_token, raise_on_unexpected_status=True
    )
    assert auth_me.sync(client=client).email == EMAIL
    return client


def once_paid(client: AuthenticatedClient, number: str):
    """The order as soon as YooKassa has told the shop; the last look at it otherwise."""
    end = time.monotonic() + SECONDS
    while (order := orders_show.sync(number, client=client)).state != "paid":
        if time.monotonic() > end:
            break
    return order


if __name__ == "__main__":
    sys.stdout.write(json.dumps(buy(*sys.argv[1:])))
