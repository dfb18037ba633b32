"""Pictures of one page each."""

from __future__ import annotations

import io
from collections.abc import Iterator

from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from dev.screenshots.walk import ADDRESS, TITLES, Walk

COLOURS = 200
SIZES_MS = 60_000  # until a worker has made them
# Records come within seconds, by way of worker, broker and log service.
FEWEST_RECORDS, LOOKS, LOOK_MS = 6, 30, 2000


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
    yield "staff-home.png", shot(walk.open("/admin", "light", staff=True))
    yield "staff-bulk-edit.png", shot(_bulk_edit(walk))
    yield "staff-order.png", shot(walk.open(f"/admin/orders/{walk.order}", "light", staff=True))
    yield "staff-pictures.png", shot(_at(_with_pictures(walk), "#pictures"))
    yield "staff-logs.png", shot(_records(walk))
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


def _with_pictures(walk: Walk) -> Page:
    """The book as staff see it, with the covers of others for more pictures of it."""
    page = walk.open(f"/admin/books/{walk.book.rpartition('-')[2]}", "light", staff=True)
    # Those that it has from an earlier walk are known, and not taken twice.
    sent = [_cover(walk, title) for title in TITLES[:-1]]
    page.locator("#files").set_input_files(sent)
    ready = page.locator("#picture-list [data-state=ready]")
    expect(ready).to_have_count(len(TITLES), timeout=SIZES_MS)
    page.reload()
    page.wait_for_load_state("networkidle")
    return page


def _bulk_edit(walk: Walk) -> Page:
    """A campaign for Russian books as staff look at it before it is made; it is not."""
    page = walk.open("/admin/bulk-edits/new?language__eq=ru", "light", staff=True)
    page.locator("#price_how").select_option("percent")
    page.locator("#price_value").fill("-10")
    page.locator("#rounding").select_option("nine")
    page.locator("#bulk-form button[type=submit]").click()
    page.locator("[data-bulk-state=planned]").wait_for()
    page.wait_for_load_state("networkidle")
    return page


def _records(walk: Walk) -> Page:
    """What the shop's programs wrote of the order, as soon as it has arrived."""
    page = walk.open(f"/admin/logs?order={walk.order}", "light", staff=True)
    for _ in range(LOOKS):
        if page.locator(".log").count() >= FEWEST_RECORDS:
            break
        page.wait_for_timeout(LOOK_MS)
        page.reload()
    expect(page.locator(".log").first).to_be_visible()
    return page


def _cover(walk: Walk, title: str) -> FilePayload:
    with walk.context() as context:
        address = walk.cover_address(context.new_page(), title)
        data = context.request.get(address).body()
    return {"name": f"{title}.jpg", "mimeType": "image/jpeg", "buffer": data}


def _filled(page: Page) -> Page:
    for name, value in ADDRESS.items():
        page.locator(f"#{name}").fill(value)
    page.evaluate("scrollTo(0, 0)")
    return page
