"""Every page fits its screen, in light and dark, in both languages, and complains of nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from shop.extensions import db
from shop.models import Order, Role
from shop.models.columns import utcnow
from shop.models.orders import SHOP
from shop.web.services import services
from tests import factories
from tests.browser.people import Shopper
from tests.browser.shelf import ADMIN, READER, Shelf, address, many_more, person
from tests.browser.visitors import Visitors
from tests.live_shop import LiveShop

WIDTHS = (320, 390, 1280)
PUBLIC = (
    "/",
    "/books",
    "/books?q=nothing+is+called+that",
    "/books?language=en&in_stock=1&price_from=1&price_to=9000&sort=title",
    "/books?page=9",
    "/categories/prose/novels",
    "/cart",
    "/checkout",
    "/login",
    "/privacy",
    "/terms",
    "/seller",
    "/dev/mail",
    "/nowhere",
)
STAFF = ("/admin/orders", "/admin/orders?state=paid&q=Anna", "/admin/books")
# What ends to the right of the window, except inside a part that scrolls by itself.
OVERFLOW = """() => {
    const scrolls = (part) => part !== document.body && part !== null && (
        getComputedStyle(part).overflowX !== "visible" || scrolls(part.parentElement));
    return [...document.querySelectorAll("body *")]
        .filter((part) => part.getBoundingClientRect().right > innerWidth + 1)
        .filter((part) => !scrolls(part.parentElement))
        .map((part) => `${part.localName}.${part.className}`);
}"""


@pytest.fixture
def orders(shelf: Shelf) -> list[Order]:
    """One of each kind that its page shows in another way; all of them Anna's."""
    many_more(30)
    anna = person(READER, Role.CUSTOMER)
    placed = [_placed(shelf, anna.id) for _ in range(5)]
    for order in placed[1:4]:
        order.mark_paid(utcnow())
    for order in placed[2:4]:
        order.start_packing(SHOP)
    placed[3].ship(SHOP, "Почта России", "RA644000001RU")
    placed[4].cancel(SHOP, "out of print")
    db.session.commit()
    return placed


def _placed(shelf: Shelf, user_id: int) -> Order:
    cart = services.cart.new_id()
    services.cart.add(cart, shelf.novel.id, 2)
    services.cart.add(cart, shelf.poems.id, 1)
    details = factories.details(
        shipping_method="courier",
        city="Санкт-Петербург",
        street="набережная реки Фонтанки, дом 118, квартира 12",
        postal_code="190068",
        comment="Please ring twice: the bell is quiet and the house is long.",
    )
    number = services.checkout.place(cart, details, user_id=user_id, locale="en").number
    return services.orders.by_number(number)


def problems(page: Page, path: str) -> Iterator[str]:
    page.goto(path)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if wide := page.evaluate(OVERFLOW):
            yield f"{path} at {width} px: {wide[:3]}"
        elif page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            yield f"{path} at {width} px is too wide"


def log_in(page: Page, email: str) -> None:
    page.goto("/login")
    page.locator("#email").fill(email)
    page.locator("#password").fill(factories.PASSWORD)
    page.locator("main button[type=submit]").click()
    expect(page.locator("#password")).to_have_count(0)


@pytest.mark.parametrize(("scheme", "prefix"), [("light", ""), ("dark", "/ru")])
def test_no_page_is_wider_than_its_screen_or_complains(
    visit: Visitors, shop: LiveShop, shelf: Shelf, orders: list[Order], scheme: str, prefix: str
) -> None:
    person(ADMIN, Role.ADMIN)
    found = []
    reader, clerk = visit(color_scheme=scheme), visit(color_scheme=scheme)
    reader.goto(address(shelf.last))
    Shopper(reader).put_in_cart()
    log_in(reader, READER)
    log_in(clerk, ADMIN)
    books = [address(book) for book in (shelf.novel, shelf.poems, shelf.gone)]
    own = [f"/orders/{order.number}" for order in orders]
    author = f"/authors/{shelf.austen.slug}-{shelf.austen.id}"
    for path in (*PUBLIC, *books, author, "/account", *own):
        found += problems(reader, prefix + path)
    staff_orders = [f"/admin/orders/{order.number}" for order in orders]
    for path in (*STAFF, *staff_orders, f"/admin/books/{shelf.poems.id}"):
        found += problems(clerk, prefix + path)
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("scheme", "darker"), [("light", "text"), ("dark", "paper")])
def test_light_is_dark_on_light_and_dark_is_light_on_dark(
    visit: Visitors, shelf: Shelf, scheme: str, darker: str
) -> None:
    page = visit(color_scheme=scheme)
    page.goto("/")
    text, paper = page.evaluate(
        """() => ["color", "backgroundColor"].map((name) =>
            getComputedStyle(document.querySelector(".site-header"))[name]
                .match(/[0-9.]+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0))"""
    )
    assert (darker == "text") == (text < paper)
