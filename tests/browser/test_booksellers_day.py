"""A day of a bookseller by keyboard alone: a new title, a campaign and its end, parcels."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Response, expect
from sqlalchemy import func, select

from shop.extensions import db
from shop.models import Book, BookStatus, Order, OrderState, Refund, RoleCode
from shop.repositories.search.typed import in_other_layout
from shop.services.base import Turn
from shop.services.book_import import SourceRow
from shop.web.services import services
from tests import factories
from tests.browser.people import Clerk
from tests.browser.shelf import ADMIN, Shelf, person
from tests.browser.visitors import Visitors
from tests.pictures import picture

ISBN = "9780306406157"
ORDERS = 20
# No page has so many things that take the focus.
FARTHEST = 250


class Keyboard:
    """A page in the hands of somebody without a mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def press_in_russian(self, *letters: str) -> None:
        """The keys of these Latin letters while the layout is the Russian one."""
        how = "key => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', key))"
        for letter in letters:
            key = {"key": in_other_layout(letter), "code": f"Key{letter.upper()}"}
            self.page.evaluate(how, {**key, "bubbles": True, "cancelable": True})

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def tab_to(self, selector: str) -> None:
        """Press Tab until this has the focus, as anybody would."""
        self.page.locator(selector).first.wait_for(state="attached")
        for _ in range(FARTHEST):
            self.press("Tab")
            if self.page.evaluate("(found) => document.activeElement.matches(found)", selector):
                return
        raise AssertionError(f"no number of Tabs leads to {selector}")

    def fill(self, selector: str, text: str) -> None:
        self.tab_to(selector)
        self.press("Control+A")
        self.type(text)

    def go(self, letter: str, address: str) -> None:
        """By the shortcut of a page, once its scripts are there."""
        self.page.wait_for_load_state()
        self.press("g", letter)
        expect(self.page).to_have_url(address)
        self.page.wait_for_load_state()


@pytest.fixture
def desk(visit: Visitors, shelf: Shelf) -> Keyboard:
    person(ADMIN, RoleCode.ADMIN)
    page = visit()
    Clerk(page).log_in(ADMIN)
    return Keyboard(page)


def fresh(isbn: str) -> Book:
    db.session.rollback()
    return services.catalogue.book_by_isbn(isbn)


def states() -> dict[str, int]:
    db.session.rollback()
    rows = db.session.execute(select(Order.state, func.count()).group_by(Order.state))
    return {str(state): number for state, number in rows}


def test_a_title_comes_by_its_isbn_with_a_cover_and_goes_on_sale(desk: Keyboard) -> None:
    told = {
        "isbn": ISBN,
        "title": "Resurrection",
        "authors": "Leo Tolstoy",
        "language": "en",
        "format": "hardcover",
        "list_price": "450",
    }
    services.supplies.take([SourceRow(2, told)], "supplier.csv")
    desk.go("b", "/admin/books")
    desk.tab_to("a[href$='/by-isbn']")
    desk.press("Enter")
    expect(desk.page.locator("#isbns")).to_be_focused()
    # Enter sends it once the page's script is there.
    desk.page.wait_for_load_state()
    # As a scanner types it.
    desk.type(ISBN)
    desk.press("Enter")
    expect(desk.page.locator("#title")).to_have_value("Resurrection")
    desk.page.locator("#files").set_input_files(
        [{"name": "cover.png", "mimeType": "image/png", "buffer": picture("#123456", (300, 450))}]
    )
    expect(desk.page.locator("#picture-list .picture")).to_have_count(1)
    desk.fill("#list_price", "499")
    desk.tab_to("#status")
    desk.type("On sale")
    desk.press("Control+Enter")
    expect(desk.page.locator("#book")).to_be_visible()
    book = fresh(ISBN)
    assert (str(book.list_price), book.status) == ("499.00", BookStatus.ON_SALE)
    assert book.author_names == "Leo Tolstoy"
    assert len(book.images) == 1


def test_a_campaign_is_looked_at_made_and_taken_back(desk: Keyboard, shelf: Shelf) -> None:
    before = {book.id: str(book.list_price) for book in db.session.scalars(select(Book))}
    desk.go("b", "/admin/books")
    # A row is edited in its place, and left as it was.
    desk.press_in_russian("j", "e")
    expect(desk.page.locator(".row-form")).to_be_visible()
    desk.press("Escape")
    expect(desk.page.locator(".row-form")).to_have_count(0)
    # htmx gives the row the focus back when it has settled.
    expect(desk.page.locator(".htmx-added, .htmx-settling")).to_have_count(0)
    for number in (1, 2):
        desk.press_in_russian("j", "x")
        expect(desk.page.locator("[data-tick]:checked")).to_have_count(number)
    desk.press_in_russian("b")
    desk.page.wait_for_url("**/admin/bulk-edits/new**")
    desk.tab_to("#price_how")
    desk.type("By percent")
    desk.fill("#price_value", "-10")
    desk.press("Enter")
    desk.page.wait_for_url("**/admin/bulk-edits/*")
    expect(desk.page.locator("[data-bulk-state=planned]")).to_be_visible()
    expect(desk.page.locator(".bulk-row")).to_have_count(2)
    desk.tab_to("#apply")
    desk.press("Enter")
    expect(desk.page.locator("[data-bulk-state=applying]")).to_be_visible()
    services.bulk_edits.work(Turn())
    expect(desk.page.locator("[data-bulk-state=applied]")).to_be_visible()
    assert len(changed(before)) == 2
    desk.tab_to("#revert")
    desk.press("Enter")
    expect(desk.page.locator("[data-bulk-state=reverting]")).to_be_visible()
    services.bulk_edits.work(Turn())
    expect(desk.page.locator("[data-bulk-state=reverted]")).to_be_visible()
    assert changed(before) == []


def is_paper(response: Response) -> bool:
    return response.headers.get("content-type") == "application/pdf"


def changed(before: dict[int, str]) -> list[int]:
    db.session.rollback()
    books = db.session.scalars(select(Book).execution_options(populate_existing=True))
    return [book.id for book in books if str(book.list_price) != before[book.id]]


def test_twenty_orders_are_packed_and_shipped_and_one_is_cancelled(desk: Keyboard) -> None:
    book = factories.save(factories.book(stock=ORDERS + 1))
    orders = [factories.paid(services, book) for _ in range(ORDERS + 1)]
    gone = orders[-1].number

    # The one is found by its number, and its money goes back.
    desk.page.wait_for_load_state()
    desk.press("/")
    desk.type(gone.replace("-", "").lower())
    desk.press("Enter")
    desk.page.wait_for_url(f"**/admin/orders/{gone}")
    desk.tab_to("summary:has(+ form[action$='/cancel'])")
    desk.press("Enter")
    desk.fill("#reason", "The customer changed her mind")
    desk.press("Enter")
    expect(desk.page.locator("#order")).to_have_attribute("data-order-state", "cancelled")
    assert db.session.scalar(select(func.count(Refund.id))) == 1

    # The others are ticked all at once, packed, and sent off with a number each.
    desk.go("o", "/admin/orders")
    desk.tab_to(".tabs a[href*='state=paid']")
    desk.press("Enter")
    expect(desk.page.locator("[data-row]")).to_have_count(ORDERS)
    desk.tab_to("[data-tick-all]")
    desk.press("Space", "p")
    desk.page.wait_for_url("**state=packing**")
    expect(desk.page.locator("[data-ticked]")).to_have_text(str(ORDERS))
    for key in ("l", "a"):
        with (
            desk.page.expect_popup() as tab,
            desk.page.context.expect_event("response", is_paper) as paper,
        ):
            desk.press(key)
        assert paper.value.status == 200
        tab.value.close()
    desk.press("s")
    desk.page.wait_for_url("**/parcels**")
    for place, number in enumerate(orders[:ORDERS]):
        desk.fill(f"#tracking_number-{number.number}", f"RA{place:09}RU")
    desk.press("Enter")
    desk.page.wait_for_url("**state=packing**")
    assert states() == {OrderState.SHIPPED: ORDERS, OrderState.CANCELLED: 1}
