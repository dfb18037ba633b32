"""Payments that do not go the straight way, as the one who pays sees them."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from dev.yookassa_sandbox.testing import pay, wait_until
from shop.extensions import db
from shop.models import Payment, PaymentStatus
from shop.web.labels import CANCELLATIONS
from tests.browser.people import Shopper
from tests.browser.shelf import Shelf
from tests.browser.visitors import Visitors


@pytest.fixture
def shopper(visit: Visitors, shelf: Shelf) -> Shopper:
    """Somebody in front of the payment page."""
    shopper = Shopper(visit())
    shopper.page.goto(f"/books/{shelf.novel.slug}-{shelf.novel.id}")
    shopper.put_in_cart()
    shopper.check_out()
    return shopper


@pytest.mark.parametrize(
    ("outcome", "reason"), [("decline", "insufficient_funds"), ("fail-3ds", "3d_secure_failed")]
)
def test_who_was_refused_reads_why_and_pays_again(
    shopper: Shopper, outcome: str, reason: str
) -> None:
    shopper.pay(outcome)
    shopper.expect_order("pending_payment")
    expect(shopper.order.locator(".field__error")).to_contain_text(str(CANCELLATIONS[reason]))
    shopper.pay_again()
    shopper.pay()
    shopper.expect_order("paid")


def test_who_walked_away_finds_the_same_payment_again(shopper: Shopper) -> None:
    first = shopper.page.url
    shopper.pay("leave")
    shopper.expect_order("pending_payment")
    expect(shopper.order.locator(".field__error")).to_have_count(0)
    shopper.pay_again()
    assert shopper.page.url == first
    shopper.pay()
    shopper.expect_order("paid")


def test_an_open_order_page_shows_a_payment_by_itself(shopper: Shopper) -> None:
    shopper.page.clock.install()
    shopper.pay("leave")
    shopper.expect_order("pending_payment")
    shopper.page.evaluate("window.stayed = true")
    # Paid on another device: the shop hears of it by the notification alone.
    pay(payment_url())
    wait_until(payment_is_captured, 30)
    shopper.page.clock.run_for(6_000)
    shopper.expect_order("paid")
    assert shopper.page.evaluate("window.stayed")


def payment_url() -> str:
    return db.session.scalars(select(Payment.confirmation_url)).one()


def payment_is_captured() -> bool:
    db.session.rollback()
    return db.session.scalars(select(Payment.status)).one() is PaymentStatus.CAPTURED
