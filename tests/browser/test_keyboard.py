"""Everything by keyboard alone, and the focus is never lost when a part of the page changes."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.people import Shopper
from tests.browser.shelf import Shelf, address


def press_until(page: Page, key: str, selector: str, most: int = 40) -> None:
    """Press the key until the element has the focus."""
    for _ in range(most):
        page.keyboard.press(key)
        if page.locator(selector).evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{selector} is not reached by {most} times {key}")


def focused(page: Page) -> str:
    """The id of what has the focus, or else its element's name."""
    return page.evaluate("document.activeElement.id || document.activeElement.localName")


def test_the_first_tab_offers_to_skip_to_the_content(page: Page) -> None:
    page.goto("/books")
    page.keyboard.press("Tab")
    skip = page.locator(".skip-link").first
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('#main').contains(document.activeElement)")


def test_a_book_is_bought_by_keyboard_and_the_focus_stays_on_the_button(
    page: Page, shelf: Shelf
) -> None:
    page.goto(address(shelf.novel))
    press_until(page, "Tab", "#quantity")
    page.keyboard.press("Tab")
    assert focused(page) == "add-to-cart"
    page.keyboard.press("Enter")
    expect(page.locator("#cart-badge .badge")).to_have_text("1")
    assert focused(page) == "add-to-cart"
    press_until(page, "Shift+Tab", "#cart-badge")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/cart")


def test_the_focus_stays_in_the_cart_while_it_changes(page: Page, shelf: Shelf) -> None:
    page.goto(address(shelf.novel))
    Shopper(page).put_in_cart()
    page.goto("/cart")
    quantity = f"quantity-{shelf.novel.id}"
    page.locator(f"#{quantity}").focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#cart-badge .badge")).to_have_text("2")
    assert focused(page) == quantity
    press_until(page, "Tab", ".cart-line__remove button")
    page.keyboard.press("Enter")
    expect(page.locator("#cart .empty")).to_be_visible()
    # What undoes it is at hand.
    assert focused(page) == f"remove-{shelf.novel.id}"


def test_the_focus_stays_on_the_filter_that_was_changed(page: Page) -> None:
    page.goto("/books")
    page.locator("#filter-sort").focus()
    page.keyboard.press("ArrowDown")
    expect(page).to_have_url(re.compile("sort=price"))
    expect(page.locator("#catalogue .card__title").first).to_have_text("Руслан и Людмила")
    assert focused(page) == "filter-sort"


def test_the_focus_stays_in_the_list_when_a_link_in_it_is_gone(page: Page) -> None:
    page.goto("/books?language=ru&in_stock=1")
    press_until(page, "Tab", ".chip >> nth=0")
    page.keyboard.press("Enter")
    expect(page.locator(".chip")).to_have_count(1)
    expect(page.locator(".chip")).to_be_focused()
    page.goto("/books?language=ru")
    press_until(page, "Tab", ".chip")
    page.keyboard.press("Enter")
    expect(page.locator(".chip")).to_have_count(0)
    assert focused(page) == "catalogue"


def test_enter_in_the_search_field_searches(page: Page) -> None:
    page.goto("/")
    press_until(page, "Tab", "#search")
    page.keyboard.type("Emma")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/books?q=Emma")
    expect(page.locator("#catalogue .card")).to_have_count(1)
    expect(page.locator("#search")).to_have_value("Emma")


def test_the_checkout_is_filled_in_and_sent_by_keyboard(page: Page, shelf: Shelf) -> None:
    page.goto(address(shelf.novel))
    Shopper(page).put_in_cart()
    page.goto("/checkout")
    press_until(page, "Tab", "#full_name")
    for typed in ("Вера Читателева", "reader@example.org", "+7 900 000-00-00"):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    press_until(page, "ArrowDown", "#shipping-pickup", most=5)
    expect(page.locator("#checkout-summary")).to_be_visible()
    press_until(page, "Tab", "#consent")
    page.keyboard.press("Space")
    press_until(page, "Tab", "#checkout button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.locator("#succeed")).to_be_visible()
