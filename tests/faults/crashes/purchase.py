"""Somebody who buys a book while the shop's processes are killed."""

from __future__ import annotations

import pytest
from requests import ConnectionError as ConnectionLost

from dev.yookassa_sandbox.testing import control, pay, wait_until
from shop.models import Book
from tests.faults.crashes.points import Moment, Point
from tests.faults.crashes.shops import MortalShop
from tests.jobs.workforce import PATIENCE
from tests.plain_client import PERSON, PlainClient
from tests.stored import messages

TRIES = 5


class Purchase:
    """From the cart to the order's page, with one death at `point`. `saw` is what was shown."""

    def __init__(self, shop: MortalShop, point: Point) -> None:
        self.shop = shop
        self.point = point
        self.saw: list[str] = []

    def of(self, book: Book) -> None:
        with PlainClient(self.shop.web.url) as shopper:
            shopper.put_in_cart(f"/books/{book.slug}-{book.id}")
            shopper.open("/checkout")
            self._place(shopper)
            self._pay(shopper)
            self._see_that_the_cart_is_empty(shopper, book)

    def _place(self, shopper: PlainClient) -> None:
        """Send the form; where the connection breaks, go back and send it again."""
        if self.point.moment is Moment.PLACING:
            self.shop.doom(self.point)
        for _ in range(TRIES):
            try:
                page = shopper.send("checkout", **PERSON)
            except ConnectionLost:
                self.saw.append("connection lost")
            else:
                break
        assert page.form("succeed"), shopper.answer.url
        self.saw.append("payment page")

    def _pay(self, shopper: PlainClient) -> None:
        """Pay, and come back, but where the jobs have to find out by themselves."""
        self._before_paying()
        back = pay(shopper.answer.url)
        if self.point.moment is Moment.NOTIFIED:
            wait_until(lambda: self.shop.died_at, PATIENCE)
        if self.point.moment is Moment.RETURNING:
            with pytest.raises(ConnectionLost):
                shopper.open(back)
            self.saw.append("connection lost")
        elif self.point.moment is not Moment.RECONCILING:
            self.saw.append(f"order {shopper.open(back).order_state}")

    def _before_paying(self) -> None:
        if self.point.moment is Moment.MAILING:
            # The mail that the order was placed is not the one.
            wait_until(lambda: all(each.delivered_at for each in messages()), PATIENCE)
        if self.point.moment in (Moment.RETURNING, Moment.RECONCILING):
            control(self.shop.web.sandbox, drop_webhooks=True)
        if self.point.moment is not Moment.PLACING:
            self.shop.doom(self.point)

    def _see_that_the_cart_is_empty(self, shopper: PlainClient, book: Book) -> None:
        lines = [form.action for form in shopper.open("/cart").forms]
        assert f"/cart/items/{book.id}" not in lines
