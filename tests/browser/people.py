"""What shoppers and staff do on the pages, by the handles that do not change with the wording."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests import factories
from tests.plain_client import PERSON


class Shopper:
    """Somebody who buys, with scripts or without."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def find(self, title: str) -> None:
        """From the home page by way of the catalogue to a book."""
        self.page.goto("/")
        self.page.locator(".hero__actions a").first.click()
        expect(self.page).to_have_url("/books")
        self.page.locator("#catalogue .card__title a", has_text=title).click()
        expect(self.page.locator("h1")).to_have_text(title)

    def put_in_cart(self, copies: int = 1) -> None:
        self.page.locator("#quantity").fill(str(copies))
        self.page.locator("#add-to-cart").click()
        expect(self.page.locator("#cart-badge .badge")).to_have_text(str(copies))

    def check_out(self, **changes: str) -> None:
        """From the cart to the payment page of the sandbox."""
        self.page.goto("/cart")
        self.page.locator(".cart__foot a[href$='/checkout']").click()
        filled = PERSON | changes
        for name in ("full_name", "email", "phone"):
            self.page.locator(f"#checkout [name={name}]").fill(filled[name])
        self.page.locator(f"#shipping-{filled['shipping_method']}").check()
        self.page.locator("#consent").check()
        self.page.locator("#checkout button[type=submit]").click()
        expect(self.page.locator("#succeed")).to_be_visible()

    def pay(self, outcome: str = "succeed") -> None:
        """Press a button of the payment page; it leads back to the order."""
        self.page.locator(f"#{outcome} button").click()
        expect(self.order).to_be_visible()

    def pay_again(self) -> None:
        self.page.locator("#order form[action$='/pay'] button").click()
        expect(self.page.locator("#succeed")).to_be_visible()

    @property
    def order(self) -> Locator:
        return self.page.locator("#order")

    def order_number(self) -> str:
        return self.page.url.rpartition("/")[2]

    def expect_order(self, state: str) -> None:
        expect(self.order).to_have_attribute("data-order-state", state)


class Clerk:
    """Somebody of the staff."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def log_in(self, email: str) -> None:
        self.page.goto("/login")
        self.page.locator("#email").fill(email)
        self.page.locator("#password").fill(factories.PASSWORD)
        self.page.locator("main button[type=submit]").click()
        expect(self.page).to_have_url("/admin")

    def open_order(self, number: str) -> None:
        self.page.goto("/admin/orders")
        self.page.locator("#orders td a, #orders th a", has_text=number).click()
        expect(self.page.locator("#order")).to_be_visible()

    def pack_and_ship(self, tracking_number: str) -> None:
        self.page.locator("#start-packing").click()
        self.page.locator("#tracking_number").fill(tracking_number)
        self.page.locator("#ship").click()
        expect(self.page.locator("#order")).to_have_attribute("data-order-state", "shipped")
