"""The pictures of one book: leafed through, seen large and put away again, with a script or not."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import axe
from tests.browser.shelf import Shelf, address, more_pictures
from tests.browser.visitors import Visitors


@pytest.fixture
def book(shelf: Shelf) -> str:
    """The address of a book with three pictures."""
    more_pictures(shelf.novel)
    return address(shelf.novel)


def seen(page: Page) -> list[str]:
    """The slides of the strip on the page that can be seen."""
    shown: list[str] = page.evaluate(
        """() => {
            const strip = document.querySelector(".gallery__strip").getBoundingClientRect();
            return [...document.querySelectorAll(".gallery__slide")].filter((slide) => {
                const middle = slide.getBoundingClientRect();
                const x = (middle.left + middle.right) / 2;
                return strip.left < x && x < strip.right;
            }).map((slide) => slide.id);
        }"""
    )
    return shown


def test_a_thumbnail_shows_its_picture_and_the_page_stays_where_it_is(
    page: Page, book: str
) -> None:
    page.goto(book)
    expect(page.locator("[aria-current][href='#picture-1']")).to_have_count(1)
    page.locator("[href='#picture-2']").press("Enter")
    expect(page.locator("[aria-current][href='#picture-2']")).to_have_count(1)
    expect(page.locator(".gallery__thumb[aria-current]")).to_have_count(1)
    assert seen(page) == ["picture-2"]
    assert page.evaluate("scrollY") == 0
    expect(page).to_have_url(book)


def test_every_picture_stands_whole_inside_the_room_of_the_cover(page: Page, book: str) -> None:
    page.goto(book)
    cover, wide, tall = page.locator(".gallery__slide .cover").evaluate_all(
        "all => all.map(each => ['offsetWidth', 'offsetHeight'].map(name => each[name]))"
    )
    assert wide[0] == cover[0]
    assert tall[1] == cover[1]
    assert wide[0] / wide[1] == pytest.approx(2, rel=0.02)
    assert tall[1] / tall[0] == pytest.approx(2.5, rel=0.02)


@pytest.mark.parametrize("options", [{}, {"width": 390, "color_scheme": "dark"}])
def test_pictures_are_seen_large_and_turned_by_keyboard(
    visit: Visitors, book: str, options: dict[str, Any]
) -> None:
    page = visit(**options)
    axe.prepare(page)
    page.goto(book)
    viewer, place = page.locator("#viewer"), page.locator(".viewer__place")
    page.locator("#picture-1").press("Enter")
    expect(viewer).to_be_visible()
    assert page.evaluate("document.querySelector('#viewer').contains(document.activeElement)")
    expect(place).to_have_text("1 / 3")
    assert axe.violations(page) == []
    for key, told in (("ArrowRight", "2 / 3"), ("ArrowLeft", "1 / 3"), ("ArrowLeft", "3 / 3")):
        page.keyboard.press(key)
        expect(place).to_have_text(told)
    page.locator(".viewer__step--next").click()
    expect(place).to_have_text("1 / 3")
    page.keyboard.press("ArrowRight")
    picture = page.locator(".viewer__picture").nth(1)
    expect(picture).to_be_in_viewport(ratio=1)
    assert picture.evaluate("each => (each.decode(), each.currentSrc)").endswith("/560.avif")
    page.keyboard.press("Escape")
    expect(viewer).to_be_hidden()
    expect(page.locator("#picture-2")).to_be_focused()
    assert seen(page) == ["picture-2"]
    page.keyboard.press("Enter")
    expect(place).to_have_text("2 / 3")
    page.locator(".viewer__close").click()
    expect(viewer).to_be_hidden()


def test_without_a_script_thumbnails_and_pictures_are_links(visit: Visitors, book: str) -> None:
    page = visit(width=390, java_script_enabled=False)
    page.goto(book)
    page.locator("[href='#picture-3']").click()
    expect(page).to_have_url(f"{book}#picture-3")
    expect(page.locator("#picture-3")).to_be_in_viewport()
    expect(page.locator("#picture-1")).not_to_be_in_viewport()
    page.locator("#picture-3").click()
    expect(page).to_have_url(re.compile(r"/media/sizes/.*/180\.jpg$"))


def test_one_picture_alone_is_seen_large_and_has_nothing_to_turn_to(
    page: Page, shelf: Shelf
) -> None:
    page.goto(address(shelf.poems))
    expect(page.locator(".gallery__thumb")).to_have_count(0)
    page.locator("#picture-1").click()
    expect(page.locator(".viewer__picture")).to_be_in_viewport(ratio=1)
    expect(page.locator(".viewer__step")).to_have_count(0)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    expect(page.locator("#picture-1")).to_be_focused()
