"""The cart in a browser: numbers follow what the shopper does, without loading the page anew."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import Shopper
from tests.browser.shelf import Shelf, address


@pytest.fixture
def shopper(page: Page, shelf: Shelf) -> Shopper:
    """Somebody with one novel in the cart, on the novel's page."""
    shopper = Shopper(page)
    page.goto(address(shelf.novel))
    page.evaluate("window.stayed = true")
    shopper.put_in_cart()
    assert page.evaluate("window.stayed")
    return shopper


def settled(page: Page) -> None:
    """Return when htmx knows what it swapped in: pressed before, a button sends a plain form."""
    expect(page.locator(".htmx-added, .htmx-settling")).to_have_count(0)


def open_cart(page: Page) -> None:
    page.goto("/cart")
    page.evaluate("window.stayed = true")


def test_the_badge_counts_what_is_put_in(shopper: Shopper) -> None:
    badge = shopper.page.locator("#cart-badge .badge")
    shopper.page.locator("#quantity").fill("3")
    shopper.page.locator("#add-to-cart").click()
    expect(badge).to_have_text("4")
    expect(shopper.page.locator("#cart-badge")).to_have_count(1)


def test_totals_and_badge_follow_the_number_of_copies(shopper: Shopper, shelf: Shelf) -> None:
    page = shopper.page
    page.goto(address(shelf.last))
    shopper.page.locator("#add-to-cart").click()
    expect(page.locator("#cart-badge .badge")).to_have_text("2")
    open_cart(page)
    expect(page.locator(".cart__total strong")).to_contain_text("1,150")
    page.locator(f"#quantity-{shelf.novel.id}").fill("3")
    page.locator(f"#quantity-{shelf.novel.id}").press("Tab")
    expect(page.locator(".cart__total strong")).to_contain_text("2,150")
    expect(page.locator(f"#line-{shelf.novel.id} .cart-line__total")).to_contain_text("1,500")
    expect(page.locator("#cart-badge .badge")).to_have_text("4")
    assert page.evaluate("window.stayed")


def test_the_buttons_beside_the_number_add_and_take_one(shopper: Shopper, shelf: Shelf) -> None:
    page = shopper.page
    open_cart(page)
    more, less = (page.locator(f"#{name}-{shelf.novel.id}") for name in ("more", "less"))
    field, badge = page.locator(f"#quantity-{shelf.novel.id}"), page.locator("#cart-badge .badge")
    more.click()
    expect(badge).to_have_text("2")
    settled(page)
    more.press("Enter")
    expect(field).to_have_value("3")
    expect(more).to_be_focused()
    settled(page)
    less.click()
    expect(badge).to_have_text("2")
    expect(page.locator(".cart__total strong")).to_contain_text("1,000")
    assert page.evaluate("window.stayed")


def test_a_book_is_taken_out_and_the_empty_cart_says_so(shopper: Shopper) -> None:
    page = shopper.page
    open_cart(page)
    page.locator(".cart-line__remove button").click()
    expect(page.locator("#cart .empty")).to_be_visible()
    expect(page.locator("#cart-badge .badge")).to_have_count(0)
    assert page.evaluate("window.stayed")


def test_a_removal_can_be_undone_and_the_focus_stays_there(shopper: Shopper, shelf: Shelf) -> None:
    page = shopper.page
    page.goto(address(shelf.last))
    shopper.page.locator("#add-to-cart").click()
    open_cart(page)
    button = page.locator(f"#remove-{shelf.novel.id}")
    button.press("Enter")
    expect(page.locator(".cart-removed")).to_contain_text(shelf.novel.title)
    expect(page.locator(".cart-line")).to_have_count(1)
    # The button that undoes it has taken the focus of the one that did it.
    expect(button).to_be_focused()
    settled(page)
    button.press("Enter")
    expect(page.locator(".cart-removed")).to_have_count(0)
    expect(page.locator(".cart-line")).to_have_count(2)
    expect(page.locator(".cart-line").first).to_have_id(f"line-{shelf.novel.id}")
    expect(page.locator("#cart-badge .badge")).to_have_text("2")
    expect(button).to_be_focused()
    assert page.evaluate("window.stayed")


def test_more_copies_than_there_are_is_refused_and_what_was_typed_stays(
    shopper: Shopper, shelf: Shelf
) -> None:
    page = shopper.page
    open_cart(page)
    field = page.locator(f"#quantity-{shelf.novel.id}")
    field.fill("21")
    field.press("Enter")
    expect(page.locator(f"#quantity-{shelf.novel.id}-error")).to_be_visible()
    expect(field).to_have_value("21")
    expect(page.locator("#cart-badge .badge")).to_have_text("1")
    page.reload()
    expect(field).to_have_value("1")


def test_a_sold_out_book_offers_no_way_to_buy_it(page: Page, shelf: Shelf) -> None:
    page.goto(address(shelf.gone))
    expect(page.locator("#buy")).to_be_visible()
    expect(page.locator("form[action$='/cart/items']")).to_have_count(0)
