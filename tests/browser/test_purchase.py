"""A purchase from the home page to a shipped parcel."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from dev.yookassa_sandbox.testing import wait_until
from shop.extensions import db
from shop.models import OutboxMessage, RoleCode
from shop.web.services import services
from tests import factories
from tests.browser.people import Clerk, Shopper
from tests.browser.shelf import ADMIN, Shelf, person
from tests.browser.visitors import Visitors
from tests.live_shop import LiveShop, running
from tests.plain_client import PERSON, PlainClient

STEPS = ("placed", "paid", "shipped")
TRACKING = "RA644000001RU"


@pytest.fixture(scope="module")
def worker(running_shop: LiveShop) -> Iterator[None]:
    """Somebody who sends the mails."""
    with running(["-m", "jobs.worker"], running_shop.config, running_shop.log):
        yield


def expect_mails(shop: LiveShop, number: str) -> list[EmailMessage]:
    """The mails about an order, once the worker has sent all that there are to be."""
    order_id = services.orders.by_number(number).id
    keys = [f"{step}-{order_id}" for step in STEPS]
    folder = Path(unquote(urlsplit(shop.config.mail_url).path))
    wait_until(lambda: all((folder / f"{key}.eml").exists() for key in keys), 30)
    query = select(OutboxMessage.dedupe_key, OutboxMessage.attempts)
    query = query.where(OutboxMessage.topic == "mail").order_by(OutboxMessage.id)
    assert db.session.execute(query).all() == [(key, 1) for key in keys]
    read = [(folder / f"{key}.eml").read_bytes() for key in keys]
    return [email.message_from_bytes(raw, policy=email.policy.default) for raw in read]


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_book_is_found_bought_paid_and_shipped(
    visit: Visitors, shop: LiveShop, shelf: Shelf, scripts: bool
) -> None:
    person(ADMIN, RoleCode.ADMIN)
    shopper = Shopper(visit(java_script_enabled=scripts))
    clerk = Clerk(visit(java_script_enabled=scripts))

    shopper.find("Persuasion")
    shopper.put_in_cart(2)
    shopper.check_out()
    shopper.pay()
    shopper.expect_order("paid")
    number = shopper.order_number()
    # Nothing is offered that does nothing.
    expect(shopper.page.locator("[data-print]")).to_be_visible(visible=scripts)

    clerk.log_in(ADMIN)
    clerk.open_order(number)
    clerk.pack_and_ship(TRACKING)

    shopper.page.reload()
    shopper.expect_order("shipped")
    assert TRACKING in shopper.order.inner_text()
    mails = expect_mails(shop, number)
    assert [mail["To"] for mail in mails] == [PERSON["email"]] * 3
    assert TRACKING in mails[2].get_body(("plain",)).get_content()
    stock = services.catalogue.get(shelf.novel.id).stock
    assert (stock.num_in_stock, stock.num_allocated) == (18, 0)


@pytest.mark.usefixtures("worker")
def test_a_client_that_runs_no_scripts_buys_and_staff_with_such_a_client_ship(
    shop: LiveShop, shelf: Shelf
) -> None:
    person(ADMIN, RoleCode.ADMIN)
    with PlainClient(shop.url) as shopper, PlainClient(shop.url) as clerk:
        shopper.open("/")
        shopper.follow("/books")
        shopper.follow("Persuasion")
        shopper.send("/cart/items", quantity="2")
        shopper.follow("/checkout")
        shopper.send("checkout", **PERSON)
        assert shopper.send("succeed").order_state == "paid"
        number = shopper.answer.url.rpartition("/")[2]

        clerk.open("/admin/orders")
        clerk.send("/login", email=ADMIN, password=factories.PASSWORD)
        clerk.follow(number)
        assert clerk.send("/pack").order_state == "packing"
        assert clerk.send("/ship", tracking_number=TRACKING).order_state == "shipped"

        shopper.open(shopper.answer.url)
        assert TRACKING in shopper.answer.text
    expect_mails(shop, number)
