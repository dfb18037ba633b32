"""How pictures stand in the HTML of pages, and what programs are told of them."""

from __future__ import annotations

import json

import pytest

from shop.config import MediaStore
from shop.models import Image
from tests import factories, markup
from tests.views.test_media import WITH_CDN
from tests.visitor import Visitor

BUCKET = "https://cdn.example/books"


def picture(name: str, width: int, height: int, widths: list[int], **values: object) -> Image:
    image = Image(key=f"ab/{name}.jpg", media_type="image/jpeg", **values)
    image.show(f"sizes/ab/{name}", widths, "#336699", width, height)
    return image


def cover(**values: object) -> Image:
    return picture("cover", 1600, 2400, [180, 360, 560, 800, 1200], **values)


def address(book) -> str:
    return f"/books/{book.slug}-{book.id}"


def named(srcset: str) -> list[str]:
    """The files of a srcset, each with the width that is told of it."""
    return [candidate.rpartition("/")[2] for candidate in srcset.split(", ")]


def test_a_browser_chooses_among_formats_and_sizes_that_a_card_has_a_use_for(visitor, backstage):
    backstage.book(images=[cover()])
    (shown,) = markup.page(visitor.get("/books")).iter("picture")
    avif, webp, jpeg = shown
    assert [each.get("type") for each in shown] == ["image/avif", "image/webp", None]
    assert named(avif.get("srcset")) == ["180.avif 180w", "360.avif 360w", "560.avif 560w"]
    assert named(webp.get("srcset")) == ["180.webp 180w", "360.webp 360w", "560.webp 560w"]
    assert named(jpeg.get("srcset")) == ["180.jpg 180w", "360.jpg 360w", "560.jpg 560w"]
    assert jpeg.get("src") == "/media/sizes/ab/cover/360.jpg"
    assert avif.get("sizes") == webp.get("sizes") == jpeg.get("sizes")
    assert (jpeg.get("width"), jpeg.get("height")) == ("1600", "2400")
    assert {"cover", "tone", "r-3", "g-6", "b-9"} <= {*jpeg.get("class").split()}


def test_a_small_picture_is_offered_as_it_is(visitor, backstage):
    backstage.book(images=[picture("small", 90, 120, [90])])
    (shown,) = markup.page(visitor.get("/books")).iter("img")
    assert named(shown.get("srcset")) == ["90.jpg 90w"]
    assert shown.get("src") == "/media/sizes/ab/small/90.jpg"


@pytest.mark.parametrize("path", ["/books", "/new"])
def test_the_first_row_comes_at_once_and_what_is_further_down_when_it_is_near(
    visitor, backstage, path
):
    backstage.save(*(factories.book(images=[cover()]) for _ in range(7)))
    shown = list(markup.page(visitor.get(path)).iter("img"))
    assert [image.get("fetchpriority") for image in shown] == ["high"] * 2 + [None] * 5
    assert [image.get("loading") for image in shown] == [None] * 5 + ["lazy"] * 2


def test_a_book_shows_each_picture_that_has_its_sizes(visitor, backstage):
    waiting = Image(key="ab/x.jpg", media_type="image/jpeg", width=9, height=9)
    pictures = [waiting, cover(), picture("spread", 900, 600, [180, 360, 560, 800], alt="A map")]
    for position, each in enumerate(pictures):
        each.position = position
    book = backstage.book(title="Emma", images=pictures)
    tree = markup.page(visitor.get(address(book)))
    slides = markup.with_class(tree, "gallery__slide")
    assert [slide.get("href") for slide in slides] == [
        "/media/sizes/ab/cover/1200.jpg",
        "/media/sizes/ab/spread/800.jpg",
    ]
    texts = [next(slide.iter("img")).get("alt") for slide in slides]
    assert texts == ["Cover of “Emma”", "A map"]
    thumbs = markup.with_class(tree, "gallery__thumb")
    assert [(thumb.get("href"), thumb.get("aria-label")) for thumb in thumbs] == [
        ("#picture-1", "Cover of “Emma”"),
        ("#picture-2", "A map"),
    ]
    assert len(list(markup.by_id(tree, "viewer").iter("img"))) == 2
    # Nothing of the large ones is fetched before somebody looks at them.
    assert {e.get("loading") for e in markup.by_id(tree, "viewer").iter("img")} == {"lazy"}


def test_programs_are_told_of_every_picture_as_jpeg_and_where_it_is(other_shop, backstage):
    book = backstage.book(
        images=[cover(store=MediaStore.S3), picture("back", 400, 600, [180, 360], position=1)]
    )
    shop = Visitor(other_shop(**WITH_CDN | {"media_root": "/srv/media"}))
    page = shop.get(address(book))
    data = page.text.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    nodes = {node["@type"]: node for node in json.loads(data)["@graph"]}
    far = f"{BUCKET}/sizes/ab/cover/1200.jpg"
    both = [far, "http://localhost/media/sizes/ab/back/360.jpg"]
    assert nodes["Book"]["image"] == nodes["Product"]["image"] == both
    metas = {e.get("property"): e.get("content") for e in markup.page(page).iter("meta")}
    assert metas["og:image"] == far
    assert f'url="{far}"' in shop.get("/feeds/new.atom").text
    assert shop.get(f"/api/v1/books/{book.id}").get_json()["cover"]["url"] == far
