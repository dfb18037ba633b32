"""What a browser has looked at stands below the next book, by itself and after the page."""

from playwright.sync_api import Page, expect

from tests.browser.shelf import Shelf, address
from tests.browser.visitors import Visitors


def test_the_books_before_stand_below_the_next(page: Page, shelf: Shelf) -> None:
    seen = page.locator("#recently-viewed .card__title")
    page.goto(address(shelf.novel))
    expect(page.locator("#recently-viewed[hx-get]")).to_have_count(0)
    expect(seen).to_have_count(0)
    page.goto(address(shelf.poems))
    expect(seen).to_have_text([shelf.novel.title])
    page.goto(f"/ru{address(shelf.gone)}")
    expect(seen).to_have_text([shelf.poems.title, shelf.novel.title])


def test_without_scripts_it_is_not_there_and_nothing_is_missing(
    visit: Visitors, shelf: Shelf
) -> None:
    page = visit(java_script_enabled=False)
    for book in (shelf.novel, shelf.poems):
        page.goto(address(book))
        expect(page.locator("#recently-viewed")).to_be_empty()
    assert page.context.cookies() == [] or all(
        c["name"] != "viewed" for c in page.context.cookies()
    )


def test_data_for_programs_is_no_script_to_the_policy_of_the_page(page: Page, shelf: Shelf) -> None:
    """Chromium would complain of a script that stands in the page: `visit` looks at the end."""
    page.goto(address(shelf.novel))
    data = page.locator("script[type='application/ld+json']")
    expect(data).to_have_count(1)
    assert page.evaluate(
        "() => JSON.parse(document.querySelector(\"script[type='application/ld+json']\").text)"
        "['@graph'].map((node) => node['@type'])"
    ) == ["Book", "Product", "BreadcrumbList"]
