"""Every page fits its screen and is open to everybody, in light and dark, in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from shop.extensions import db
from shop.models import RoleCode
from tests import factories
from tests.browser import axe, places
from tests.browser.page_problems import problems, problems_in_one_scheme
from tests.browser.people import Shopper
from tests.browser.shelf import ADMIN, READER, Shelf, address, many_more, more_pictures, person
from tests.browser.visitors import Visitors


def opened(page: Page, prefix: str, paths: list[str]) -> Iterator[str]:
    for path in paths:
        page.goto(prefix + path)
        yield from problems_in_one_scheme(page, prefix + path)


def log_in(page: Page, prefix: str, email: str) -> Iterator[str]:
    """At the second try: the first shows the form with what is wrong."""
    page.goto(f"{prefix}/login")
    for password, forms in (("a wrong one", 1), (factories.PASSWORD, 0)):
        page.locator("#email").fill(email)
        page.locator("#password").fill(password)
        page.locator("main button[type=submit]").click()
        expect(page.locator("main [role=alert]")).to_have_count(forms)
        expect(page.locator("#password")).to_have_count(forms)
        if forms:
            yield from problems_in_one_scheme(page, f"{prefix}/login, refused")


def checkout_refused(page: Page, prefix: str) -> Iterator[str]:
    page.goto(f"{prefix}/checkout")
    for name in ("full_name", "phone"):
        page.locator(f"#{name}").fill("")
    page.locator("#checkout button[type=submit]").click()
    expect(page.locator("#phone-error")).to_be_visible()
    yield from problems_in_one_scheme(page, f"{prefix}/checkout, refused")


def price_refused(page: Page, prefix: str, shelf: Shelf) -> Iterator[str]:
    page.goto(f"{prefix}/admin/books/{shelf.poems.id}")
    page.locator("#list_price").fill("a lot")
    page.locator("form[action$='/price'] button").click()
    expect(page.locator("#list_price-error")).to_be_visible()
    yield from problems_in_one_scheme(page, f"{prefix}/admin/books, refused")


def sold_meanwhile(page: Page, prefix: str, shelf: Shelf) -> Iterator[str]:
    """What is in the cart is gone from the shelf."""
    db.session.refresh(shelf.last.stock)
    shelf.last.stock.num_in_stock = 0
    db.session.commit()
    page.goto(f"{prefix}/cart")
    expect(page.locator(".cart-line--problem")).to_be_visible()
    for path in ("/cart", "/checkout"):
        page.goto(prefix + path)
        yield from problems_in_one_scheme(page, f"{prefix}{path}, sold meanwhile")


def taken_out(page: Page, prefix: str, shelf: Shelf) -> Iterator[str]:
    page.goto(f"{prefix}/cart")
    page.locator(f"#remove-{shelf.last.id}").click()
    expect(page.locator(".cart-removed")).to_be_visible()
    yield from problems_in_one_scheme(page, f"{prefix}/cart, taken out")


@pytest.mark.parametrize(("scheme", "prefix"), [("light", ""), ("dark", "/ru")])
def test_every_page_fits_its_screen_and_axe_finds_nothing(
    visit: Visitors, shelf: Shelf, scheme: str, prefix: str
) -> None:
    many_more(30)
    more_pictures(shelf.novel)
    picks = places.window(shelf)
    person(ADMIN, RoleCode.ADMIN)
    customer = person(READER, RoleCode.CUSTOMER)
    orders = places.one_order_of_each_kind(shelf, customer)
    factories.save(factories.address(customer, is_default=True), factories.address(customer))
    reader, clerk = visit(color_scheme=scheme), visit(color_scheme=scheme)
    for page in (reader, clerk):
        axe.prepare(page)
    reader.goto(address(shelf.last))
    Shopper(reader).put_in_cart()
    found = [
        *log_in(reader, prefix, READER),
        *opened(reader, prefix, places.of_reader(shelf, picks, orders)),
        *checkout_refused(reader, prefix),
        *sold_meanwhile(reader, prefix, shelf),
        *taken_out(reader, prefix, shelf),
        *log_in(clerk, prefix, ADMIN),
        *opened(clerk, prefix, places.of_clerk(shelf, orders)),
        *price_refused(clerk, prefix, shelf),
    ]
    assert not found, "\n".join(found)


def test_what_is_wrong_with_a_page_is_found(page: Page) -> None:
    axe.prepare(page)
    page.goto("/terms")
    page.evaluate(
        """() => {
            const picture = document.createElement("img");
            picture.src = "/static/icons/favicon.svg";
            Object.assign(picture.style, {width: "2000px", maxWidth: "none"});
            document.querySelector("h1").after(picture);
        }"""
    )
    said = list(problems(page, "/terms"))
    assert [each.endswith("['img.']") for each in said].count(True) == 3
    assert ["image-alt" in each for each in said].count(True) == 2


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
