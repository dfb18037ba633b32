"""Somebody who buys in the demo shop, and somebody who packs, so that pages have something on."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, StorageState

from dev.demo.accounts import ACCOUNTS, PASSWORD

Scheme = Literal["light", "dark"]
WIDE, PHONE = (1280, 860), (390, 844)
# The last of them is the book that has a picture of its page.
TITLES = ("Walden", "Обломов", "To the Lighthouse")
ADDRESS = {
    "full_name": "Vera Pavlova",
    "email": "vera@example.org",
    "phone": "+7 900 123-45-67",
    "city": "Санкт-Петербург",
    "postal_code": "191186",
    "street": "Невский проспект, 28, кв. 12",
}


class Walk:
    """One guest with a cart and an order, one of the staff; pages in any language and light."""

    def __init__(self, browser: Browser, shop: str) -> None:
        self.browser = browser
        self.shop = shop
        self.order, self.guest = self._buy()
        self.clerk = self._begin_to_pack()

    def context(
        self,
        scheme: Scheme = "light",
        size: tuple[int, int] = WIDE,
        visitor: StorageState | None = None,
    ) -> BrowserContext:
        width, height = size
        return self.browser.new_context(
            base_url=self.shop,
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            locale="en-US",
            storage_state=visitor,
        )

    def open(self, path: str, scheme: Scheme, *, staff: bool = False, phone: bool = False) -> Page:
        """The page as this visitor sees it, with its pictures loaded."""
        visitor = self.clerk if staff else self.guest
        page = self.context(scheme, PHONE if phone else WIDE, visitor).new_page()
        page.goto(path)
        page.wait_for_load_state("networkidle")
        return page

    def _buy(self) -> tuple[str, StorageState]:
        """A guest who has bought once, with books in the cart again; the order's number."""
        with self.context() as context:
            page = context.new_page()
            self._fill_cart(page)
            page.goto("/checkout")
            for name, value in ADDRESS.items():
                page.locator(f"#{name}").fill(value)
            page.locator("#consent").check()
            page.locator("#checkout button[type=submit]").click()
            page.locator("#succeed button").click()
            page.locator("#order[data-order-state=paid]").wait_for()
            number = page.url.rpartition("/")[2]
            self._fill_cart(page)
            self.book = urlsplit(page.url).path
            return number, context.storage_state()

    def _begin_to_pack(self) -> StorageState:
        """One of the staff, logged in, with the order on the packing table."""
        with self.context() as context:
            page = context.new_page()
            page.goto("/login")
            page.locator("#email").fill(ACCOUNTS[0].email)
            page.locator("#password").fill(PASSWORD)
            page.locator("main button[type=submit]").click()
            page.goto(f"/admin/orders/{self.order}")
            page.locator("#start-packing").click()
            page.locator("#tracking_number").wait_for()
            return context.storage_state()

    def cover_address(self, page: Page, title: str) -> str:
        """Where the largest picture of the cover is."""
        self._open_book(page, title)
        return page.locator("#picture-1").get_attribute("href") or ""

    def _fill_cart(self, page: Page) -> None:
        for title in TITLES:
            self._open_book(page, title)
            page.locator("#add-to-cart").click()
            page.locator(".buy__in-cart").wait_for()

    @staticmethod
    def _open_book(page: Page, title: str) -> None:
        page.goto("/books")
        page.locator("header input[name=q]").fill(title)
        page.locator("header input[name=q]").press("Enter")
        page.locator(".card__title a").get_by_text(title, exact=True).first.click()
        page.locator(".book__title").wait_for()
