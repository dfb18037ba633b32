"""Staff keep the pictures of a book: sent in every way, put in order, described, taken away."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence

import pytest
from playwright.sync_api import FilePayload, Locator, Page, Route, expect
from sqlalchemy import update

from shop.extensions import db
from shop.models import Book, Image, ImageState, RoleCode
from shop.web.services import services
from tests.browser import axe
from tests.browser.page_problems import problems
from tests.browser.people import Clerk
from tests.browser.shelf import ADMIN, Shelf, person
from tests.browser.visitors import Visitors
from tests.pictures import picture

# What a browser hands to a page when files are dropped or pasted.
HAND_OVER = """([selector, kind, files, text]) => {
    const data = new DataTransfer();
    for (const [name, content] of files) {
        const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
        data.items.add(new File([bytes], name, {type: "image/png"}));
    }
    if (text) data.setData(kind === "paste" ? "text/plain" : "text/uri-list", text);
    const target = document.querySelector(selector);
    const how = {bubbles: true, cancelable: true};
    if (kind === "paste") {
        target.dispatchEvent(new ClipboardEvent("paste", {...how, clipboardData: data}));
    } else {
        for (const step of ["dragover", "drop"])
            target.dispatchEvent(new DragEvent(step, {...how, dataTransfer: data}));
    }
}"""


def hand_over(
    page: Page, kind: str, selector: str, files: Sequence[FilePayload] = (), text: str = ""
) -> None:
    sent = [[file["name"], base64.b64encode(file["buffer"]).decode()] for file in files]
    page.evaluate(HAND_OVER, [selector, kind, sent, text])


def file(name: str, colour: str) -> FilePayload:
    return {"name": name, "mimeType": "image/png", "buffer": picture(colour, (300, 450))}


def kept(book: Book) -> list[int]:
    db.session.rollback()
    return [image.id for image in services.images.all_of(book.id)]


def put(book: Book, *colours: str) -> list[int]:
    """Pictures of the book, ready for pages."""
    for colour in colours:
        image = services.images.attach_cover(book.id, picture(colour, (300, 450)), "")
        services.renditions.make(image.id)
    return kept(book)


def wait_for(page: Page, book: Book, order: list[int]) -> None:
    """Return once the shop keeps the pictures in this order."""
    for _ in range(400):
        if kept(book) == order:
            return
        page.wait_for_timeout(50)
    assert kept(book) == order


def tiles(page: Page) -> Locator:
    return page.locator("#picture-list .picture")


def order(page: Page) -> list[int]:
    return [int(tile.get_attribute("data-id") or 0) for tile in tiles(page).all()]


def cover(page: Page) -> Locator:
    return page.locator(".picture__cover:visible")


@pytest.fixture
def book(shelf: Shelf) -> Book:
    """It has one picture already."""
    person(ADMIN, RoleCode.ADMIN)
    return shelf.novel


@pytest.fixture
def desk(visit: Visitors, book: Book) -> Page:
    page = visit()
    axe.prepare(page)
    Clerk(page).log_in(ADMIN)
    page.goto(f"/admin/books/{book.id}")
    return page


def test_pictures_are_chosen_dropped_and_pasted_and_made_ready(desk: Page, book: Book) -> None:
    desk.locator("#files").set_input_files([file("one.png", "#101010"), file("two.png", "#202020")])
    expect(tiles(desk)).to_have_count(3)
    hand_over(desk, "drop", "#picture-list", [file("three.png", "#303030")])
    expect(tiles(desk)).to_have_count(4)
    hand_over(desk, "paste", "body", [file("image.png", "#404040")])
    expect(tiles(desk)).to_have_count(5)
    expect(desk.locator("#changed")).to_have_text("image.png is here.")
    expect(desk.locator(".upload")).to_have_count(0)
    assert order(desk) == kept(book)
    # What is pasted into a field is text.
    hand_over(desk, "paste", "#url", [file("image.png", "#505050")])
    # The same one again is no other picture.
    desk.locator("#files").set_input_files([file("one.png", "#101010")])
    expect(desk.locator(".upload__said")).to_have_text(re.compile("already"))
    desk.locator(".upload__drop").click()
    expect(desk.locator(".upload")).to_have_count(0)
    expect(tiles(desk)).to_have_count(5)
    first = tiles(desk).nth(1)
    expect(first.locator("progress")).to_be_visible()
    # While somebody types, the page asks on, and takes nothing away.
    first.locator("textarea").focus()
    desk.keyboard.type("A grey ")
    for image in kept(book)[1:]:
        services.renditions.make(image)
    expect(desk.locator("#picture-list progress")).to_have_count(0)
    expect(desk.locator("#picture-list .picture__image")).to_have_count(5)
    expect(desk.locator("#pictures-progress")).to_have_attribute("hx-trigger", "watch")
    expect(first.locator("textarea")).to_be_focused()
    desk.keyboard.type("page")
    desk.keyboard.press("Tab")
    expect(first.locator(".picture__saved")).to_be_visible()
    assert services.images.all_of(book.id)[1].alt == "A grey page"
    assert [*problems(desk, "five pictures")] == []


def test_what_is_refused_is_named_and_what_is_not_answered_is_sent_again(
    desk: Page, book: Book, visit: Visitors
) -> None:
    answers = iter(["abort", 503, "continue", 503])

    def answer(route: Route) -> None:
        match next(answers, "continue"):
            case "abort":
                route.abort("connectionreset")
            case int(status):
                route.fulfill(status=status, headers={"Retry-After": "1"})
            case _:
                route.continue_()

    desk.route(f"**/admin/books/{book.id}/pictures", answer)
    text: FilePayload = {"name": "<b>.html", "mimeType": "text/html", "buffer": b"<html>no"}
    desk.locator("#files").set_input_files([file("slow.png", "#101010"), text])
    # The other one goes on meanwhile, and is told apart from it.
    page_of_web = desk.locator(".upload", has_text="<b>.html")
    expect(desk.locator(".upload", has_text="slow.png")).to_contain_text("sent again in 1 s")
    expect(tiles(desk)).to_have_count(2)
    expect(page_of_web).to_have_class(re.compile("upload--wrong"))
    expect(page_of_web).to_contain_text("This is a web page and no picture.")
    expect(page_of_web.locator(".upload__again")).to_be_hidden()
    assert [*problems(desk, "a refused picture")] == []
    hand_over(desk, "drop", "#pictures", text="http://127.0.0.1/cover.png")
    private = desk.locator(".upload", has_text="http://127.0.0.1/cover.png")
    expect(private).to_contain_text("private network")
    expect(private.locator(".upload__again")).to_be_hidden()
    # Where even that does not help, nothing has to be chosen again.
    desk.unroute_all()
    desk.route("**/pictures/address", lambda route: route.fulfill(status=500))
    hand_over(desk, "paste", "body", text="https://example.org/cover.png")
    fetched = desk.locator(".upload", has_text="https://example.org/cover.png")
    expect(fetched.locator(".upload__again")).to_be_visible()
    desk.unroute_all()
    desk.route(
        "**/pictures/address",
        lambda route: route.continue_(
            url=route.request.url.removesuffix("/address"),
            headers={**route.request.headers, "content-type": MULTIPART},
            post_data=multipart(desk, "fetched.png"),
        ),
    )
    fetched.locator(".upload__again").click()
    expect(tiles(desk)).to_have_count(3)
    visit.forgive("503: ", "500: ", "net::ERR_CONNECTION_RESET")


MULTIPART = "multipart/form-data; boundary=edge"


def multipart(page: Page, name: str) -> bytes:
    """A picture in the place of an address."""
    token = page.locator("#picture-files [name=csrf_token]").input_value()
    head = f'--edge\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
    head += f'--edge\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
    return head.encode() + picture("#606060") + b"\r\n--edge--\r\n"


def test_pictures_are_put_in_order_by_keyboard_and_by_dragging(
    desk: Page, book: Book, visit: Visitors
) -> None:
    one, two, three = put(book, "#101010", "#202020")
    desk.reload()
    expect(cover(desk)).to_have_count(1)
    desk.locator(f"#picture-{one}-later").focus()
    desk.keyboard.press("Enter")
    expect(desk.locator("#changed")).to_have_text("Picture 2 of 3")
    desk.keyboard.press("Enter")
    expect(desk.locator("#changed")).to_have_text("Picture 3 of 3")
    expect(desk.locator(f"#picture-{one}-later")).to_be_focused()
    assert order(desk) == [two, three, one]
    expect(tiles(desk).first.locator(".picture__cover")).to_be_visible()
    expect(cover(desk)).to_have_count(1)
    wait_for(desk, book, [two, three, one])
    # A description is kept although its picture has moved.
    desk.locator(f"#picture-{one}-alt").fill("The first")
    desk.locator(f"#picture-{one}-alt").blur()
    expect(desk.locator(f"#picture-{one} .picture__saved")).to_be_visible()
    drag(desk, f"#picture-{one} .picture__frame", f"#picture-{two} .picture__frame")
    expect(desk.locator("#changed")).to_have_text("Picture 1 of 3")
    assert order(desk) == [one, two, three]
    wait_for(desk, book, [one, two, three])
    # What the shop does not take is put back.
    desk.route("**/pictures/order", lambda route: route.abort())
    desk.locator(f"#picture-{two}-earlier").click()
    expect(desk.locator("#notices .notice--danger")).to_be_visible()
    assert order(desk) == [one, two, three]
    desk.unroute_all()
    visit.forgive("net::ERR_FAILED", "htmx:sendError")
    # Somebody else has added one: all are shown as they stand.
    put(book, "#303030")
    desk.locator(f"#picture-{two}-earlier").click()
    expect(tiles(desk)).to_have_count(4)
    expect(desk.locator("#picture-list [role=alert]")).to_be_visible()


def drag(page: Page, what: str, where: str) -> None:
    page.locator(what).scroll_into_view_if_needed()
    for place, steps in ((what, 1), (where, 8)):
        box = page.locator(place).bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=steps)
        if place == what:
            page.mouse.down()
    page.mouse.up()


def test_pictures_are_deleted_and_those_that_failed_are_tried_again(desk: Page, book: Book) -> None:
    first, second, failed = put(book, "#101010", "#202020")
    its = update(Image).where(Image.id == failed)
    sizes = {"folder": None, "widths": [], "colour": None}
    db.session.execute(its.values(state=ImageState.FAILED, **sizes))
    db.session.commit()
    desk.goto("/admin/books")
    desk.locator(".staff-head .badge").click()
    expect(desk.locator(".unmade__row")).to_have_count(1)
    desk.locator(".unmade__book a").click()
    expect(desk.locator(f"#picture-{failed} .picture__trouble")).to_be_visible()
    assert [*problems(desk, "a failed picture")] == []
    desk.locator(f"#picture-{failed}-again").click()
    expect(desk.locator(f"#picture-{failed} progress")).to_be_visible()
    expect(desk.locator(f"#picture-{failed}-state")).to_be_focused()
    services.renditions.make(failed)
    expect(desk.locator(f"#picture-{failed} .picture__image")).to_be_visible()
    # By keyboard: asked for, kept, asked for again.
    ask = desk.locator(f"#picture-{first}-ask")
    desk.locator(f"#picture-{first}-delete").focus()
    desk.keyboard.press("Enter")
    expect(ask).to_be_visible()
    assert [*axe.violations(desk)] == []
    desk.keyboard.press("Escape")
    expect(ask).to_be_hidden()
    expect(desk.locator(f"#picture-{first}-delete")).to_be_focused()
    desk.keyboard.press("Enter")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    expect(tiles(desk)).to_have_count(2)
    expect(desk.locator("#picture-list")).to_be_focused()
    expect(tiles(desk).first.locator(".picture__cover")).to_be_visible()
    assert kept(book) == [second, failed]


def test_everything_works_without_scripts(visit: Visitors, book: Book) -> None:
    page = visit(java_script_enabled=False)
    Clerk(page).log_in(ADMIN)
    page.goto(f"/admin/books/{book.id}")
    text: FilePayload = {"name": "no.html", "mimeType": "text/html", "buffer": b"<html>no"}
    page.locator("#files").set_input_files([file("one.png", "#101010"), text])
    page.locator("#picture-files button").click()
    expect(page.locator("#pictures [role=alert]")).to_contain_text("no.html This is a web page")
    expect(tiles(page)).to_have_count(2)
    first, second = kept(book)
    expect(page.locator(f"#picture-{second} progress")).to_be_visible()
    services.renditions.make(second)
    page.locator("#url").fill("not an address")
    page.locator("#picture-address button").click()
    expect(page.locator("#url-error")).to_be_visible()
    expect(page.locator("#url")).to_have_value("not an address")
    page.locator(f"#picture-{second}-earlier").click()
    expect(page).to_have_url(re.compile("#pictures$"))
    assert order(page) == kept(book) == [second, first]
    page.locator(f"#picture-{second}-alt").fill("A black page")
    page.locator(f"#picture-{second}-alt-form button").click()
    expect(page.locator(f"#picture-{second}-alt")).to_have_text("A black page")
    expect(page).to_have_url(re.compile(f"#picture-{second}$"))
    with page.expect_download() as download:
        page.locator(f"#picture-{second} .picture__original").click()
    assert download.value.path().read_bytes() == picture("#101010", (300, 450))
    page.locator(f"#picture-{first}-delete").click()
    page.locator(f"#picture-{first}-ask button[type=submit]").click()
    expect(tiles(page)).to_have_count(1)
    assert kept(book) == [second]
