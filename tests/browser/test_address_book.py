"""Choosing an address at checkout changes what it says, and nothing else that was typed."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from shop.models import RoleCode
from tests import factories
from tests.browser.people import Shopper
from tests.browser.shelf import READER, Shelf, address, person


def test_another_address_is_filled_in_and_what_was_typed_stays(page: Page, shelf: Shelf) -> None:
    reader = person(READER, RoleCode.CUSTOMER)
    home, work = (factories.address(reader, street=street) for street in ("Home", "Work"))
    home.is_default = True
    factories.save(home, work)
    page.goto(address(shelf.novel))
    Shopper(page).put_in_cart()
    page.goto("/login?next=/checkout")
    page.locator("#email").fill(READER)
    page.locator("#password").fill(factories.PASSWORD)
    page.locator("main button[type=submit]").click()
    expect(page.locator("#street")).to_have_value("Home")
    page.locator("#comment").fill("Ring the bell")
    page.locator("#consent").check()
    choice = page.locator("#address")
    choice.focus()
    choice.select_option(str(work.id))
    expect(page.locator("#street")).to_have_value("Work")
    expect(choice).to_have_value(str(work.id))
    expect(choice).to_be_focused()
    expect(page.locator("#comment")).to_have_value("Ring the bell")
    expect(page.locator("#consent")).to_be_checked()
