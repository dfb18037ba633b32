"""Pictures of one page each."""

from __future__ import annotations

import io
from collections.abc import Iterator

from PIL import Image
from playwright.sync_api import Page

from dev.screenshots.walk import ADDRESS, Walk

COLOURS = 200


def single(walk: Walk) -> Iterator[tuple[str, bytes]]:
    """Each picture with the name of its file."""
    yield "home.png", shot(walk.open("/", "light"))
    yield "home-dark.png", shot(walk.open("/ru/", "dark"))
    yield "home-phone.png", shot(walk.open("/", "light", phone=True))
    yield "moods.png", shot(_at(walk.open("/", "light"), ".picks"))
    yield "book.png", shot(walk.open(walk.book, "light"))
    yield "catalogue-ru.png", shot(walk.open("/ru/books?language=ru&in_stock=1", "light"))
    yield "cart-phone.png", shot(walk.open("/cart", "dark", phone=True))
    yield "checkout.png", shot(_filled(walk.open("/checkout", "light")))
    yield "staff-order.png", shot(walk.open(f"/admin/orders/{walk.order}", "light", staff=True))
    yield "order-phone.png", shot(walk.open(f"/orders/{walk.order}", "light", phone=True))


def shot(page: Page) -> bytes:
    """What is in the window, in few colours: a small file of a page that is mostly flat."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    page.context.close()
    few = picture.quantize(COLOURS, method=Image.Quantize.MEDIANCUT)
    out = io.BytesIO()
    few.save(out, "PNG", optimize=True)
    return out.getvalue()


def _at(page: Page, selector: str) -> Page:
    """Scrolled to a part, with the pictures that come into sight there."""
    page.locator(selector).first.evaluate(
        """part => {
            scrollTo({top: part.getBoundingClientRect().top - 120, behavior: "instant"});
            return Promise.all([...document.images]
                .filter(image => image.getBoundingClientRect().top < innerHeight)
                .map(image => image.decode().catch(() => null)));
        }"""
    )
    return page


def _filled(page: Page) -> Page:
    for name, value in ADDRESS.items():
        page.locator(f"#{name}").fill(value)
    page.evaluate("scrollTo(0, 0)")
    return page
