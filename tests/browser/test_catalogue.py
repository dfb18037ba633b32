"""The catalogue in a browser: parts of the page change, its address always tells which."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.shelf import Shelf, address, many_more
from tests.browser.visitors import Visitors


def stays(page: Page) -> None:
    """From here on the document must not be loaded anew: `stayed` checks it."""
    page.evaluate("window.stayed = true")


def stayed(page: Page) -> bool:
    return page.evaluate("window.stayed === true")


def expect_whole_page(page: Page) -> None:
    for part in ("header.site-header", "#catalogue", "footer.site-footer"):
        expect(page.locator(part)).to_have_count(1)
    assert page.evaluate("getComputedStyle(document.querySelector('.card__title')).fontFamily")
    assert page.evaluate("document.styleSheets.length") > 5


def titles(page: Page) -> list[str]:
    return page.locator("#catalogue .card__title").all_inner_texts()


def test_covers_are_shown(page: Page) -> None:
    page.goto("/books")
    widths = page.locator("#catalogue img.cover").evaluate_all(
        "pictures => Promise.all(pictures.map(async (p) => (await p.decode(), p.naturalWidth)))"
    )
    assert len(widths) == 4
    assert all(widths)
    sources = page.locator("#catalogue img.cover").evaluate_all("all => all.map(p => p.currentSrc)")
    assert all(source.endswith(".avif") for source in sources)


def test_a_filter_changes_list_and_address_without_loading_the_page_anew(page: Page) -> None:
    page.goto("/books")
    stays(page)
    page.locator("#filter-language-ru").check()
    expect(page).to_have_url(re.compile(r"/books\?.*language=ru"))
    expect(page.locator("#catalogue .card")).to_have_count(1)
    page.locator("#filter-language-ru").uncheck()
    expect(page.locator("#catalogue .card")).to_have_count(4)
    page.locator("#filter-price-to").fill("510")
    page.locator("#filter-price-to").press("Enter")
    expect(page).to_have_url(re.compile("price_to=510"))
    expect(page.locator("#catalogue .card")).to_have_count(2)
    assert stayed(page)
    kept = titles(page)
    page.reload()
    assert titles(page) == kept


def test_the_page_stays_where_it_was_when_the_list_changes(page: Page) -> None:
    many_more(30)
    page.goto("/books")
    page.evaluate("scrollTo(0, 250)")
    page.locator("#filter-language-en").check()
    expect(page).to_have_url(re.compile("language=en"))
    expect(page.locator("#filter-language-en")).to_be_checked()
    assert page.evaluate("scrollY") == 250


def test_what_stands_round_the_list_follows_it(page: Page) -> None:
    page.goto("/books?q=emma")
    page.locator(".chip").click()
    expect(page).to_have_url("/books")
    expect(page.locator("#search")).to_have_value("")
    expect(page.locator("#changed")).to_have_text("4 books")
    page.locator("#filter-language-ru").check()
    expect(page).to_have_title("Books in Russian · Colophon")
    expect(page.locator("#changed")).to_have_text("1 book")
    page.locator(".site-nav__language").click()
    expect(page).to_have_url(re.compile(r"/ru/books\?.*language=ru"))


def test_what_is_typed_while_a_list_comes_is_not_lost(page: Page) -> None:
    page.goto("/books")
    page.route("**/books?*", lambda route: (page.wait_for_timeout(400), route.continue_()))
    page.locator("#filter-language-en").check()
    page.locator("#filter-price-to").press_sequentially("510")
    expect(page.locator("#filter-language-en")).to_be_checked()
    expect(page).to_have_url(re.compile("language=en"))
    expect(page.locator("#filter-price-to")).to_have_value("510")
    page.keyboard.press("Tab")
    expect(page).to_have_url(re.compile("price_to=510"))


def test_what_the_shop_makes_of_a_field_stands_in_it(page: Page) -> None:
    """A range the wrong way round is turned, also in the field that has the focus."""
    page.goto("/books?price_from=900")
    page.locator("#filter-price-to").fill("300")
    page.locator("#filter-price-to").press("Enter")
    expect(page).to_have_url(re.compile("price_from=300&price_to=900"))
    expect(page.locator("#filter-price-to")).to_be_focused()
    expect(page.locator("#filter-price-to")).to_have_value("900")


def test_two_filters_set_in_quick_succession_both_count(page: Page) -> None:
    page.goto("/books")
    page.evaluate(
        "for (const id of ['filter-language-en', 'filter-in-stock'])"
        " document.getElementById(id).click()"
    )
    expect(page).to_have_url(re.compile("language=en.*in_stock=1|in_stock=1.*language=en"))
    expect(page.locator("#catalogue .card")).to_have_count(2)
    expect(page.locator("#filter-in-stock")).to_be_checked()


def test_a_category_and_a_chip_narrow_and_widen_the_list(page: Page) -> None:
    page.goto("/books")
    stays(page)
    page.locator(".facet__tree a", has_text="Prose").click()
    expect(page.locator("#catalogue .card")).to_have_count(3)
    page.locator(".chip").click()
    expect(page.locator("#catalogue .card")).to_have_count(4)
    assert stayed(page)


def test_back_leads_through_the_filters_to_a_whole_page(page: Page) -> None:
    page.goto("/books")
    page.locator("#filter-language-ru").check()
    expect(page.locator("#catalogue .card")).to_have_count(1)
    page.go_back()
    expect(page).to_have_url("/books")
    expect(page.locator("#catalogue .card")).to_have_count(4)
    expect_whole_page(page)
    expect(page.locator("#filter-language-ru")).not_to_be_checked()


def test_back_from_a_book_leads_to_the_whole_list_as_it_was(page: Page) -> None:
    page.goto("/books")
    page.locator("#filter-language-ru").check()
    expect(page.locator("#catalogue .card")).to_have_count(1)
    page.locator("#catalogue .card__title a").click()
    expect(page.locator("#buy")).to_be_visible()
    page.go_back()
    expect(page).to_have_url(re.compile("language=ru"))
    expect(page.locator("#catalogue .card")).to_have_count(1)
    expect_whole_page(page)


def test_the_next_page_of_the_list_begins_at_its_top(page: Page) -> None:
    many_more(30)
    page.goto("/books")
    stays(page)
    page.locator(".pager [rel=next]").click()
    expect(page).to_have_url("/books?page=2")
    expect(page.locator("#catalogue .card")).to_have_count(10)
    expect(page.locator("#catalogue h1")).to_be_in_viewport()
    assert stayed(page)


def test_the_way_to_the_books_folds_the_filters_away(visit: Visitors) -> None:
    page = visit(width=390)
    page.goto("/books")
    page.locator("#filters-fold > summary").click()
    page.locator(".filters__found a").click()
    expect(page.locator("#filter-sort")).to_be_hidden()
    expect(page.locator("#catalogue h1")).to_be_in_viewport()


def test_filters_fold_away_on_a_phone_and_stay_open_while_they_are_used(
    visit: Visitors, shelf: Shelf
) -> None:
    page = visit(width=390)
    page.goto("/books")
    fold = page.locator("#filters-fold > summary")
    expect(fold).to_be_visible()
    expect(page.locator("#filter-sort")).to_be_hidden()
    fold.click()
    page.locator("#filter-sort").select_option("price")
    expect(page).to_have_url(re.compile("sort=price"))
    expect(page.locator("#filter-sort")).to_be_visible()
    expect(page.locator("#catalogue .card__title").first).to_have_text("Руслан и Людмила")


def test_the_language_switch_keeps_page_and_filters(page: Page, shelf: Shelf) -> None:
    for path in ("/books?in_stock=1&sort=price", address(shelf.novel)):
        page.goto(path)
        page.locator(".languages a[hreflang=ru]").click()
        expect(page).to_have_url(f"/ru{path}")
        expect(page.locator("html")).to_have_attribute("lang", "ru")
        page.locator(".languages a[hreflang=en]").click()
        expect(page).to_have_url(path)
