"""Suggestions under the field for searching: by keyboard, by mouse, and put away again."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import axe
from tests.browser.shelf import Shelf, address
from tests.browser.visitors import Visitors


def typing(page: Page, words: str) -> Page:
    """The page with the words typed and the list open."""
    page.goto("/")
    page.locator("#search").press_sequentially(words)
    expect(page.locator("#suggestions")).to_be_visible()
    return page


def test_arrows_choose_and_enter_goes_there(page: Page, shelf: Shelf) -> None:
    field = typing(page, "emm").locator("#search")
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowDown")
    option = page.locator(f"#suggested-book-{shelf.last.id}")
    expect(option).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", f"suggested-book-{shelf.last.id}")
    expect(field).to_be_focused()
    field.press("ArrowUp")
    expect(option).to_have_attribute("aria-selected", "false")
    field.press("ArrowUp")
    expect(page.locator("#suggested-all")).to_have_attribute("aria-selected", "true")
    field.press("ArrowDown")
    field.press("ArrowDown")
    field.press("Enter")
    expect(page).to_have_url(address(shelf.last))


def test_enter_with_nothing_chosen_searches(page: Page) -> None:
    typing(page, "emm").keyboard.press("Enter")
    expect(page).to_have_url("/books?q=emm")


def test_escape_and_leaving_put_the_list_away_and_the_words_stay(page: Page) -> None:
    field = typing(page, "emm").locator("#search")
    field.press("Escape")
    expect(page.locator("#suggestions")).to_be_hidden()
    expect(field).to_have_value("emm")
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press("ArrowDown")
    expect(page.locator("#suggestions")).to_be_visible()
    field.press("Tab")
    expect(page.locator("#suggestions")).to_be_hidden()


def test_a_click_goes_there_and_an_empty_field_has_no_list(page: Page, shelf: Shelf) -> None:
    typing(page, "emm").locator("#search").fill("")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#suggestions")).to_be_hidden()
    page.locator("#search").press_sequentially("emm")
    page.locator(f"#suggested-book-{shelf.last.id}").click()
    expect(page).to_have_url(address(shelf.last))


def test_how_many_there_are_is_announced(page: Page) -> None:
    typing(page, "emm")
    expect(page.locator("#suggestions-status")).to_have_text(re.compile(r"\d suggestion"))
    page.locator("#search").press_sequentially("qqqq")
    expect(page.locator("#suggestions-status")).to_have_text("No suggestions")


def test_without_a_script_the_form_searches(visit: Visitors, shelf: Shelf) -> None:
    page = visit(java_script_enabled=False)
    page.goto("/")
    page.locator("#search").fill("Emma")
    page.locator(".search__button").first.click()
    expect(page).to_have_url("/books?q=Emma")
    expect(page.locator("#catalogue .card")).to_have_count(1)


@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark"}, {"width": 390}])
def test_the_open_list_is_for_everybody(visit: Visitors, shelf: Shelf, options) -> None:
    page = visit(**options)
    axe.prepare(page)
    typing(page, "emm").locator("#search").press("ArrowDown")
    assert axe.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
