"""Staff keep the pictures of a book, by plain forms and by parts of the page."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import update

from shop.errors import FilesUnavailable, Invalid
from shop.extensions import db
from shop.models import Image, ImageState, Rendering, RoleCode, Trouble
from shop.services.pictures import looking
from tests import markup
from tests.pictures import picture
from tests.visitor import Visitor

HOSTILE = b"<html><script>alert(1)</script></html>"


@pytest.fixture
def clerk(app, backstage) -> Visitor:
    return Visitor(app, backstage.user(RoleCode.CATALOGUE_MANAGER))


@pytest.fixture
def book(backstage):
    return backstage.book()


@pytest.fixture
def shelf(backstage, book):
    """Makes pictures of the book, ready for pages."""

    def put(*colours, alt=""):
        with backstage.services() as services:
            kept = [services.images.attach_cover(book.id, picture(each), alt) for each in colours]
            for image in kept:
                services.renditions.make(image.id)
            return [image.id for image in kept]

    return put


@pytest.fixture
def failed(app, backstage, book):
    """Makes a picture that no sizes could be made of."""

    def fail(colour="red", trouble=Trouble.UNREADABLE):
        with backstage.services() as services:
            image = services.images.attach_cover(book.id, picture(colour), "")
        with app.app_context():
            state = update(Image).where(Image.id == image.id)
            db.session.execute(state.values(state=ImageState.FAILED))
            its = update(Rendering).where(Rendering.image_id == image.id)
            db.session.execute(its.values(trouble=trouble))
            db.session.commit()
        return image.id

    return fail


def path(book, *rest) -> str:
    return "/".join(map(str, (f"/admin/books/{book.id}/pictures", *rest)))


def files(*named):
    return {"files": [(io.BytesIO(data), name) for name, data in named]}


def kept(backstage, book):
    with backstage.services() as services:
        return list(services.images.all_of(book.id))


def order(backstage, book):
    return [image.id for image in kept(backstage, book)]


def tiles(tree):
    return [tile.get("data-id") for tile in markup.with_class(tree, "picture")]


def alert(tree) -> str:
    return " ".join(markup.text(e) for e in tree.iter() if e.get("role") == "alert")


def test_several_pictures_are_sent_by_a_plain_form(clerk, backstage, book):
    form = clerk.form(clerk.get(f"/admin/books/{book.id}"), "picture-files")
    sent = files(("front.png", picture("white")), ("back.png", picture("black")))
    answer = clerk.send(form.action, form.fields | sent)
    assert (answer.status_code, answer.location) == (303, f"/admin/books/{book.id}#pictures")
    assert [image.state for image in kept(backstage, book)] == [ImageState.PENDING] * 2
    page = clerk.get(f"/admin/books/{book.id}")
    assert "2 pictures are here." in markup.text(markup.by_id(markup.page(page), "notices"))
    shown = [int(each) for each in tiles(markup.page(page))]
    assert shown == order(backstage, book)


def test_a_file_that_is_no_picture_is_named_and_the_others_of_its_form_are_kept(
    clerk, backstage, book, monkeypatch
):
    monkeypatch.setattr(looking, "MOST_BYTES", 10_000)
    hostile, large = ("<b>evil.png", HOSTILE), ("large.png", picture() + b" " * 10_000)
    answer = clerk.post(path(book), files(hostile, ("good.png", picture()), large))
    assert answer.status_code == 422
    [image] = kept(backstage, book)
    tree = markup.page(answer)
    said = alert(tree)
    assert "<b>evil.png This is a web page and no picture." in said
    assert "large.png This picture is larger than 20 MiB" in said
    assert "good.png" not in said
    assert tiles(tree) == [str(image.id)]
    part = clerk.post(path(book), files(hostile), htmx=True)
    assert (part.status_code, part.headers["Cache-Control"]) == (422, "no-store")
    [reason] = markup.with_class(markup.fragment(part, "pictures"), "picture-refusals__reason")
    assert markup.text(reason).startswith("This is a web page")


def test_what_the_store_cannot_keep_is_named_or_sent_again_by_the_page(
    app, clerk, backstage, book, monkeypatch
):
    def broken(key, data):
        raise FilesUnavailable("no room")

    stores = app.extensions["services"].images.stores
    monkeypatch.setattr(stores[stores.home], "put", broken)
    answer = clerk.post(path(book), files(("a.png", picture("#fedcba")), ("b.txt", b"text")))
    assert answer.status_code == 503
    said = alert(markup.page(answer))
    assert "a.png Pictures cannot be kept" in said
    assert "b.txt This is not a picture" in said
    part = clerk.post(path(book), files(("a.png", picture("#fedcba"))), htmx=True)
    assert part.status_code == 503
    assert int(part.headers["Retry-After"]) > 0
    assert kept(backstage, book) == []


def test_a_form_without_a_file_says_so(clerk, book):
    answer = clerk.post(path(book), files(("", b"")))
    assert answer.status_code == 422
    assert "Choose a picture first." in alert(markup.page(answer))


def test_htmx_gets_the_list_with_what_was_sent_and_the_page_that_waits_for_it(
    clerk, backstage, book, shelf
):
    [old] = shelf("white")
    part = clerk.post(path(book), files(("new.png", picture("black"))), htmx=True)
    new = order(backstage, book)[1]
    tree = markup.fragment(part, "picture-list")
    assert tiles(tree) == [str(old), str(new)]
    watched = {"watched": str(new)}
    asked = clerk.get(path(book, "progress"), query_string=watched, htmx=True)
    assert "every 2s" in markup.fragment(asked, "pictures-progress").get("hx-trigger", "")
    assert "watched" in asked.text
    with backstage.services() as services:
        services.renditions.make(new)
    asked = clerk.get(path(book, "progress"), query_string=watched, htmx=True)
    assert "every" not in markup.fragment(asked, "pictures-progress").get("hx-trigger", "")
    changed = markup.out_of_band(asked)
    assert set(changed) == {f"picture-{new}-state", f"picture-{new}-preview"}
    [shown] = markup.with_class(changed[f"picture-{new}-preview"], "picture__image")
    assert (shown.get("width"), shown.get("height")) == ("400", "600")


class Elsewhere:
    """Other servers: one with a picture, one that does not answer, one with a page."""

    def fetch(self, url: str) -> bytes:
        if url == "https://example.org/page":
            raise Invalid("There is no picture at this address.")
        if url == "https://example.org/away":
            raise FilesUnavailable("away")
        return picture()


@pytest.fixture
def elsewhere(app, monkeypatch):
    monkeypatch.setattr(app.extensions["services"].images, "remote", Elsewhere())


def test_a_picture_comes_from_an_address(clerk, backstage, book, elsewhere):
    page = clerk.get(f"/admin/books/{book.id}")
    answer = clerk.submit(page, "picture-address", url=" https://example.org/a.png ")
    assert answer.status_code == 303
    [image] = kept(backstage, book)
    part = clerk.post(path(book, "address"), {"url": "https://example.org/a.png"}, htmx=True)
    # The same bytes are one picture.
    assert tiles(markup.fragment(part, "picture-list")) == [str(image.id)]


@pytest.mark.parametrize(
    ("url", "status", "why"),
    [
        ("", 422, "Paste the address"),
        ("ftp://example.org/a.png", 422, "Paste the address"),
        ("javascript:alert(1)", 422, "Paste the address"),
        ("https://example.org/page", 422, "There is no picture"),
        ("https://example.org/away", 503, "Pictures cannot be kept"),
    ],
)
def test_an_address_that_leads_to_no_picture_is_kept_and_marked(
    clerk, backstage, book, elsewhere, url, status, why
):
    answer = clerk.post(path(book, "address"), {"url": url})
    assert answer.status_code == status
    tree = markup.page(answer)
    field = markup.by_id(tree, "url")
    assert (field.get("value"), field.get("aria-invalid")) == (url, "true")
    assert why in markup.text(markup.by_id(tree, "url-error"))
    assert clerk.post(path(book, "address"), {"url": url}, htmx=True).status_code == status
    assert kept(backstage, book) == []


def test_pictures_are_put_in_order_by_plain_buttons(clerk, backstage, book, shelf):
    first, second, third = shelf("red", "green", "blue")
    page = clerk.get(f"/admin/books/{book.id}")
    token = clerk.form(page, "picture-order").fields
    moves = [
        ({"later": first}, [second, first, third]),
        ({"earlier": third}, [second, third, first]),
        ({"earlier": second}, [second, third, first]),
        ({"later": first}, [second, third, first]),
    ]
    for move, wanted in moves:
        ids = order(backstage, book)
        answer = clerk.send(path(book, "order"), token | {"ids": ids} | move)
        assert (answer.status_code, answer.location.partition("#")[2]) == (303, "pictures")
        assert order(backstage, book) == wanted
    assert clerk.post(path(book, "order"), {"ids": [first, second, third]}, htmx=True).data == b""
    assert order(backstage, book) == [first, second, third]


def test_an_order_of_other_pictures_shows_those_that_there_are(clerk, backstage, book, shelf):
    first, second = shelf("red", "green")
    page = markup.page(clerk.post(path(book, "order"), {"ids": [second]}))
    assert "added or deleted" in alert(page)
    part = clerk.post(path(book, "order"), {"ids": [second, first, 999]}, htmx=True)
    assert part.status_code == 412
    assert tiles(markup.fragment(part, "picture-list")) == [str(first), str(second)]
    assert clerk.post(path(book, "order"), {"ids": "x"}).status_code == 422
    assert order(backstage, book) == [first, second]


def test_a_picture_is_described(clerk, backstage, book, shelf):
    [image] = shelf("red")
    page = clerk.get(f"/admin/books/{book.id}")
    answer = clerk.submit(page, f"picture-{image}-alt-form", alt=" A red\r\n cover ")
    assert (answer.status_code, answer.location.partition("#")[2]) == (303, f"picture-{image}")
    assert kept(backstage, book)[0].alt == "A red cover"
    typed = {"alt": "Red & <b>", "seen": "A red cover"}
    part = clerk.post(path(book, image), typed, htmx=True)
    root = markup.fragment(part, f"picture-{image}-alt-form")
    assert markup.with_class(root, "picture__saved")
    assert markup.plain(part).forms[0].fields["seen"] == "Red & <b>"
    assert kept(backstage, book)[0].alt == "Red & <b>"


def test_a_description_by_somebody_else_is_not_overwritten_unseen(clerk, backstage, book, shelf):
    first, second = shelf("red", "green", alt="Before")
    page = clerk.get(f"/admin/books/{book.id}")
    name = f"picture-{second}-alt"
    # Put in another place meanwhile, it is described all the same.
    clerk.post(path(book, "order"), {"ids": [second, first]})
    assert clerk.submit(page, f"{name}-form", alt="Theirs").status_code == 303
    answer = clerk.submit(page, f"{name}-form", alt="Mine")
    assert answer.status_code == 412
    tree = markup.page(answer)
    field = markup.by_id(tree, name)
    assert (field.text, field.get("aria-invalid")) == ("Mine", "true")
    assert "It says now: “Theirs”." in markup.text(markup.by_id(tree, f"{name}-error"))
    part = clerk.post(path(book, second), {"alt": "Mine", "seen": "Before"}, htmx=True)
    assert (part.status_code, kept(backstage, book)[0].alt) == (412, "Theirs")
    assert markup.by_id(markup.fragment(part, f"{name}-form"), name).text == "Mine"
    # What is sent again from there has been seen.
    assert clerk.submit(answer, f"{name}-form", alt="Mine").status_code == 303
    assert kept(backstage, book)[0].alt == "Mine"


@pytest.mark.parametrize("alt", ["x" * 501, "a\0b"])
def test_a_description_that_cannot_be_kept_is_marked(clerk, backstage, book, shelf, alt):
    [image] = shelf("red")
    answer = clerk.post(path(book, image), {"alt": alt, "seen": ""})
    assert answer.status_code == 422
    tree = markup.page(answer)
    assert markup.by_id(tree, f"picture-{image}-alt").get("aria-invalid") == "true"
    assert "500" in markup.text(markup.by_id(tree, f"picture-{image}-alt-error"))
    assert kept(backstage, book)[0].alt == ""


def test_a_picture_is_deleted(clerk, backstage, book, shelf):
    first, second = shelf("red", "green")
    page = clerk.get(f"/admin/books/{book.id}")
    answer = clerk.submit(page, f"/{first}/delete")
    assert (answer.status_code, order(backstage, book)) == (303, [second])
    # Somebody else did it already: it is gone, as was wished.
    assert clerk.submit(page, f"/{first}/delete").status_code == 303
    part = clerk.post(path(book, second, "delete"), htmx=True)
    assert tiles(markup.fragment(part, "picture-list")) == []
    assert "deleted" in markup.text(markup.out_of_band(part)["notices"])


def test_a_picture_that_failed_says_why_and_is_tried_again(clerk, backstage, book, failed):
    image = failed(trouble=Trouble.DEADLY)
    page = clerk.get(f"/admin/books/{book.id}")
    assert "too much for the shop" in page.text
    part = clerk.post(path(book, image, "try-again"), htmx=True)
    assert markup.fragment(part, f"picture-{image}-state").get("data-state") == "pending"
    asking = markup.out_of_band(part)["pictures-progress"]
    assert "every 2s" in asking.get("hx-trigger", "")
    assert clerk.submit(page, f"/{image}/try-again").status_code == 303
    with backstage.services() as services:
        services.renditions.make(image)
    assert kept(backstage, book)[0].state is ImageState.READY


def test_the_original_is_handed_out_to_be_kept_and_never_to_be_shown(clerk, book, shelf):
    [image] = shelf("red")
    answer = clerk.get(path(book, image, "original"))
    assert answer.data == picture("red")
    named = f'attachment; filename="{book.id}-{image}.png"'
    assert answer.headers["Content-Disposition"] == named
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("image/png", "no-store")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_picture_of_another_book_is_not_found(clerk, backstage, book, shelf):
    [image] = shelf("red")
    other = backstage.book()
    typed = {"alt": "Mine", "seen": ""}
    assert clerk.post(path(other, image), typed).status_code == 404
    assert clerk.post(path(other, image, "try-again")).status_code == 404
    assert clerk.get(path(other, image, "original")).status_code == 404
    clerk.post(path(other, image, "delete"))
    assert order(backstage, book) == [image]
    nowhere = "/admin/books/999999/pictures"
    assert clerk.get(nowhere).status_code == 404
    for rest, sent in (("", files(("a.png", picture()))), ("/address", {"url": "https://a.b/c"})):
        assert clerk.post(nowhere + rest, sent).status_code == 404


def test_the_price_that_is_refused_leaves_the_pictures_where_they_are(clerk, book, shelf):
    [image] = shelf("red")
    page = clerk.get(f"/admin/books/{book.id}")
    assert tiles(markup.page(clerk.submit(page, "price", list_price="x"))) == [str(image)]


def test_pictures_without_sizes_are_listed_and_all_tried_again(
    clerk, backstage, book, shelf, failed
):
    shelf("white")
    with backstage.services() as services:
        waits = services.images.attach_cover(book.id, picture("black"), "").id
    first, second = failed("red"), failed("green", Trouble.LOST)
    page = clerk.get("/admin/pictures")
    tree = markup.page(page)
    assert "2 failed, 1 waits" in markup.text(tree)
    rows = markup.with_class(tree, "unmade__row")
    links = [markup.hrefs(row)[0].partition("#")[2] for row in rows]
    assert links == [f"picture-{each}" for each in (first, second, waits)]
    assert "is gone" in markup.text(rows[1])
    assert "badge" in clerk.get("/admin/books").text
    part = clerk.post(f"/admin/pictures/{first}/try-again", htmx=True)
    assert "1 failed, 2 wait" in markup.text(markup.fragment(part, "unmade"))
    assert "1 picture is tried again" in markup.text(markup.out_of_band(part)["notices"])
    answer = clerk.submit(page, "/admin/pictures/try-again")
    assert (answer.status_code, answer.location) == (303, "/admin/pictures")
    for image in kept(backstage, book):
        with backstage.services() as services:
            services.renditions.make(image.id)
    tree = markup.page(clerk.get("/admin/pictures"))
    assert "All pictures have their sizes." in markup.text(tree)
    [link] = [
        each
        for each in markup.page(clerk.get("/admin/books")).iter("a")
        if each.get("href") == "/admin/pictures" and each.get("class") == "button"
    ]
    assert markup.text(link).strip() == "Unfinished pictures"
