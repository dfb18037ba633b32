"""Guests who all do something at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import TypeVar

import requests

from shop.models import Book
from tests.plain_client import PERSON, PlainClient

T = TypeVar("T")
SECONDS = 30


def at_once(calls: Sequence[Callable[[], T]]) -> list[T]:
    """Do all of it at the same moment, each in a thread of its own; the answers in their order."""
    gate = threading.Barrier(len(calls))

    def run(call: Callable[[], T]) -> T:
        gate.wait(SECONDS)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@contextmanager
def at_checkout(
    shop_url: str, count: int, book: Book, quantity: int = 1
) -> Iterator[list[PlainClient]]:
    """So many guests, each with a session and a cart of their own, at the filled checkout form."""
    with ExitStack() as stack:
        guests = [stack.enter_context(PlainClient(shop_url)) for _ in range(count)]

        def prepare(guest: PlainClient) -> None:
            guest.put_in_cart(f"/books/{book.slug}-{book.id}", quantity)
            page = guest.open("/checkout")
            page.form("checkout").fields.update(PERSON, comment=f"guest {guests.index(guest)}")

        at_once([lambda guest=guest: prepare(guest) for guest in guests])
        yield guests


def place(guest: PlainClient) -> requests.Response:
    """Send the checkout form that the guest has before them."""
    guest.send("checkout", redirects=False)
    return guest.answer


@contextmanager
def twins_of(guest: PlainClient, count: int) -> Iterator[list[PlainClient]]:
    """The same guest in front of the same page, so many times: an impatient finger on a button."""
    with ExitStack() as stack:
        twins = [stack.enter_context(PlainClient(guest.shop_url)) for _ in range(count)]
        for twin in twins:
            twin.http.cookies.update(guest.http.cookies)
            twin.page, twin.answer = guest.page, guest.answer
        yield twins
