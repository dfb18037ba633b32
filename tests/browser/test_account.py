"""An account's first day in Chromium: made, entered, guarded by a telephone, and left."""

from __future__ import annotations

from urllib.parse import urlsplit

import pyotp
import pytest
from playwright.sync_api import Page, expect

from shop.config import Config
from shop.models import RoleCode
from shop.web.services import services
from tests.browser.visitors import Visitors
from tests.live_shop import LiveShop
from tests.mailbox import address_in, read

EMAIL, PASSWORD = "vera@example.org", "lantern over quiet water"


def press(page: Page, form: str) -> None:
    page.locator(f"#{form} button[type=submit]").first.click()


def log_in(page: Page) -> None:
    page.goto("/login")
    page.locator("#email").fill(EMAIL)
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")


both = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])


@both
def test_an_account_is_made_confirmed_and_entered(
    visit: Visitors, shop: LiveShop, config: Config, scripts: bool
) -> None:
    page = visit(java_script_enabled=scripts)
    page.goto("/register")
    page.locator("#email").fill(EMAIL)
    page.locator("#password").fill("short")
    press(page, "register")
    expect(page.locator("#password-error")).to_be_visible()
    expect(page.locator("#consent-error")).to_be_visible()
    expect(page.locator("#email")).to_have_value(EMAIL)
    page.locator("#password").fill(PASSWORD)
    page.locator("#consent").check()
    press(page, "register")
    expect(page.locator("main")).to_contain_text(EMAIL)
    services.outbox.deliver_due()
    parts = urlsplit(address_in(read(config)[-1]))
    page.goto(f"{parts.path}?{parts.query}")
    press(page, "confirm")
    log_in(page)
    expect(page).to_have_url("/account")


@both
def test_a_telephone_guards_it_and_paper_helps(
    visit: Visitors, shop: LiveShop, scripts: bool
) -> None:
    services.accounts.register(EMAIL, PASSWORD, role=RoleCode.CUSTOMER)
    page = visit(java_script_enabled=scripts)
    log_in(page)
    expect(page).to_have_url("/account")
    page.goto("/account/second-factor")
    secret = page.locator(".factor__key").inner_text().replace(" ", "")
    expect(page.locator(".factor__picture")).to_be_visible()
    page.locator("#current_password").fill(PASSWORD)
    page.locator("#code").fill(pyotp.TOTP(secret).now())
    press(page, "factor")
    codes = page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10
    page.locator(".account__side form button").click()
    log_in(page)
    expect(page).to_have_url("/login/code")
    page.locator("#code").fill(codes[0].lower())
    page.keyboard.press("Enter")
    expect(page).to_have_url("/account")
