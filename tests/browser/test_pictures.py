"""How pictures come to a page: in the size it needs, late, or never; nothing gives way to them."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from PIL import Image as Pillow
from playwright.sync_api import Page, Request, Route, expect

from dev.demo.covers import CoverText, draw
from dev.demo.reading import read
from shop.config import MediaStore
from shop.extensions import db
from shop.models import Image
from shop.services.pictures import folder_of, make
from shop.web.services import services
from tests.browser.people import Shopper
from tests.browser.shelf import Shelf, address, many_more, more_pictures
from tests.browser.visitors import Visitors

PICTURES = "**/media/**"
ON_A_PAGE = 24
# Of https://web.dev/articles/cls; what a visitor sees begins at 0.1.
STILL = 0.001
# Bytes of pictures, on a telephone.
MOST_BYTES = 150_000
# All that moved without having been asked to, and where it was.
WATCH = """
window.moved = [];
new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
        if (entry.hadRecentInput) continue;
        const parts = entry.sources.map((source) => source.node?.className ?? "");
        window.moved.push([entry.value, ...parts]);
    }
}).observe({type: "layout-shift", buffered: true});
"""
# From top to end, so that every picture is asked for that waits until it is seen.
WALK = """async () => {
    const frame = () => new Promise(requestAnimationFrame);
    for (let y = 0; y < document.body.scrollHeight; y += innerHeight / 2) {
        scrollTo({top: y, behavior: "instant"});
        await frame();
        await frame();
    }
}"""
# Asked in the page: what Playwright asks again and again is script from a text, which the shop's
# policy forbids.
ALL_THERE = """async () => {
    const missing = () => [...document.querySelectorAll("main img, #suggestions img")]
        .filter((each) => each.offsetParent && each.checkVisibility())
        .filter((each) => {
            const box = each.getBoundingClientRect();
            return box.right > 0 && box.left < innerWidth;
        })
        .filter((each) => !each.complete || !each.naturalWidth);
    const end = performance.now() + 20_000;
    while (missing().length) {
        if (performance.now() > end) throw new Error(`no picture: ${missing()[0].currentSrc}`);
        await new Promise(requestAnimationFrame);
    }
}"""


class Held:
    """The pictures that a page asks for; they do not come before they are let go."""

    def __init__(self, page: Page) -> None:
        self.routes: list[Route] = []
        self.end: Callable[[Route], None] = self.routes.append
        page.route(PICTURES, lambda route: self.end(route))

    def let_go(self) -> None:
        """From now on they come as they are asked for."""
        self._all(lambda route: route.continue_())

    def lose(self) -> None:
        """What comes is no picture."""
        self._all(lambda route: route.fulfill(body="", content_type="image/avif"))

    def _all(self, end: Callable[[Route], None]) -> None:
        self.end = end
        while self.routes:
            end(self.routes.pop())


def shown_without(page: Page, path: str) -> Held:
    """The page as it is before its pictures are there."""
    held = Held(page)
    page.goto(path, wait_until="domcontentloaded")
    page.evaluate("document.fonts.ready.then(() => null)")
    expect(page.locator("main img").first).to_be_visible()
    return held


def suggested(page: Page) -> None:
    page.locator("#search").press_sequentially("emm")
    expect(page.locator("#suggestions img").first).to_be_visible()


def shift(page: Page, held: Held) -> tuple[float, list[object]]:
    """How much gave way while pictures came and somebody went down the page, and what did."""
    held.let_go()
    page.evaluate(WALK)
    page.evaluate(ALL_THERE)
    page.evaluate(WALK)
    moved = page.evaluate("window.moved")
    return sum(value for value, *_ in moved), moved


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_gives_way_when_pictures_come(visit: Visitors, shelf: Shelf, width: int) -> None:
    more_pictures(shelf.novel)
    page = visit(width=width)
    page.add_init_script(WATCH)
    page.goto(address(shelf.novel))
    Shopper(page).put_in_cart()
    found = {}
    for path in ("/", "/books", address(shelf.novel), "/cart"):
        held = shown_without(page, path)
        if path == "/cart":
            suggested(page)
        found[path] = shift(page, held)
    # Letters move by a hair when their font comes.
    assert all(value < STILL for value, _ in found.values()), found


def test_what_gives_way_is_found(page: Page) -> None:
    page.add_init_script(WATCH)
    held = shown_without(page, "/books")
    page.locator(".card .cover").evaluate_all(
        "all => all.forEach((each) => { each.removeAttribute('height'); })"
    )
    assert shift(page, held)[0] > STILL


def corner(page: Page, selector: str) -> list[object]:
    """The colours of a picture's upper left corner, where browsers say that it is torn."""
    picture = Pillow.open(io.BytesIO(page.locator(selector).first.screenshot())).convert("RGB")
    return [colour for _, colour in picture.crop((4, 4, 36, 36)).getcolors() or []]


def test_a_picture_that_is_late_or_lost_leaves_its_colour_and_no_torn_sheet(
    page: Page, shelf: Shelf
) -> None:
    held = shown_without(page, "/books?q=emma")
    cover = page.locator(".card .cover")
    box = cover.bounding_box()
    assert corner(page, ".card .cover") == [(68, 85, 68)]
    held.lose()
    expect(cover).to_have_js_property("complete", True)
    assert corner(page, ".card .cover") == [(68, 85, 68)]
    assert cover.bounding_box() == box


@pytest.fixture
def demo_covers(shelf: Shelf) -> None:
    """A page of books, each with a cover of the demo, of every style that it has."""
    many_more(ON_A_PAGE)
    catalogue = read()
    works = catalogue.works[:: len(catalogue.works) // ON_A_PAGE][:ON_A_PAGE]
    books = sorted(services.catalogue.page(1, 100), key=lambda book: book.id)[-ON_A_PAGE:]
    for book, work in zip(books, works, strict=True):
        names = tuple(catalogue.people[key].name_in(work.language) for key in work.authors)
        text = CoverText(
            title=work.title,
            subtitle=work.subtitle or "",
            authors=names,
            language=work.language,
            genre=work.categories[0],
            seed=work.key,
        )
        db.session.add(_image(book.id, draw(text)))
    db.session.commit()


def _image(book_id: int, drawn: bytes) -> Image:
    """A picture with the sizes that may be asked for. Larger ones take most of the time, so they
    are not there; whoever asks for one gets nothing."""
    made = make(drawn)
    folder = folder_of(f"{book_id}")
    for width, ending, data in replace(made, widths=[180, 360]).files():
        services.images.stores[MediaStore.LOCAL].put(f"{folder}/{width}.{ending}", data)
    image = Image(book_id=book_id, key=f"{book_id}.jpg", media_type="image/jpeg")
    image.show(folder, made.widths, made.colour, made.width, made.height)
    return image


def fetched(page: Page, path: str) -> list[Request]:
    """The pictures that are asked for by a page that is gone down to its end."""
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    page.goto(path)
    page.evaluate(WALK)
    page.evaluate(ALL_THERE)
    return [request for request in asked if "/media/" in request.url]


def test_a_page_of_covers_costs_a_telephone_little(visit: Visitors, demo_covers: None) -> None:
    for pixels, width in ((1, 180), (2, 360), (3, 360)):
        pictures = fetched(visit(width=390, device_scale_factor=pixels), "/books?sort=newest")
        assert len(pictures) == ON_A_PAGE
        assert {request.url.rpartition("/")[2] for request in pictures} == {f"{width}.avif"}
        assert sum(request.sizes()["responseBodySize"] for request in pictures) <= MOST_BYTES
