"""Sizes of pictures, as browsers ask for them."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from shop.config import MediaStore
from shop.gateways.files import content_key
from tests.views.every_page import picture
from tests.visitor import Visitor

SIZE = f"sizes/ab/{'a' * 32}/180.avif"
ORIGINAL = content_key(b"a picture", "jpg")
S3 = {
    "s3_bucket": "pictures",
    "s3_endpoint_url": "https://s3.example",
    "s3_access_key_id": "tenant:shop",
    "s3_secret_access_key": "a secret that only tests know",
    "s3_link_seconds": 600,
}
# No server stands there: none is asked to sign a link.
ONLY_S3 = S3 | {"media_store": "s3", "media_root": None}
WITH_CDN = ONLY_S3 | {"s3_public_url": "https://cdn.example/books/"}


@pytest.fixture
def files(app):
    return app.extensions["services"].picture_files.stores[MediaStore.LOCAL]


def address(key: str) -> str:
    return f"/media/{key}"


@pytest.mark.parametrize(
    ("ending", "media_type"),
    [("avif", "image/avif"), ("webp", "image/webp"), ("jpg", "image/jpeg")],
)
def test_a_size_is_kept_for_ever(visitor, files, ending, media_type):
    key = f"sizes/ab/{'a' * 32}/180.{ending}"
    files.put(key, b"a picture")
    answer = visitor.get(address(key))
    assert (answer.status_code, answer.data, answer.mimetype) == (200, b"a picture", media_type)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers


def test_a_browser_that_has_it_is_not_sent_it_again(visitor, files):
    files.put(SIZE, b"a picture")
    tag = visitor.get(address(SIZE)).headers["ETag"]
    again = visitor.get(address(SIZE), headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Cache-Control"].endswith("immutable")
    assert visitor.get(address(SIZE), headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("settings", [{}, S3, ONLY_S3, WITH_CDN], ids=["1", "2", "3", "4"])
@pytest.mark.parametrize(
    "key",
    [
        ORIGINAL,
        f"sizes/../{ORIGINAL}",
        f"sizes/%2E%2E/{ORIGINAL}",
        f"sizes/{ORIGINAL}",
        f"ab/{'b' * 64}.webp",
        f"sizes/ab/{'b' * 32}/180.svg",
        f"sizes/ab/{'b' * 32}/180.avif%0A",
        "../../etc/passwd",
        "..%2F..%2Fetc%2Fpasswd",
        "sizes/..%2F..%2F..%2Fetc%2Fpasswd",
        "ab",
    ],
)
def test_what_is_no_size_is_not_found_though_it_may_be_there(other_shop, files, settings, key):
    files.put(ORIGINAL, b"a picture")
    assert Visitor(other_shop(**settings)).get(address(key)).status_code == 404


def test_a_size_that_nobody_has_is_not_found(visitor):
    assert visitor.get(address(f"sizes/ab/{'9' * 32}/180.avif")).status_code == 404


def test_browsers_are_sent_on_with_a_link_that_lives_longer_than_the_way_is_kept(other_shop):
    answer = Visitor(other_shop(**ONLY_S3)).get(address(SIZE))
    assert (answer.status_code, answer.data) == (302, b"")
    to = urlsplit(answer.headers["Location"])
    assert (to.scheme, to.netloc, to.path) == ("https", "s3.example", f"/pictures/{SIZE}")
    assert parse_qs(to.query)["X-Amz-Expires"] == ["600"]
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert "a secret that only tests know" not in str(answer.headers)


def test_what_pages_of_before_name_leads_to_the_cdn(other_shop):
    answer = Visitor(other_shop(**WITH_CDN)).get(address(SIZE))
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"https://cdn.example/books/{SIZE}"


def test_what_is_not_in_the_folder_any_more_is_on_s3(other_shop, files):
    shop = Visitor(other_shop(**S3))
    files.put(SIZE, b"a picture")
    assert shop.get(address(SIZE)).data == b"a picture"
    files.delete(SIZE)
    assert shop.get(address(SIZE)).headers["Location"].startswith("https://s3.example/")


def test_a_folder_that_cannot_be_read_is_told_and_kept_by_nobody(other_shop, tmp_path):
    place = tmp_path / "media"
    place.write_text("somebody put a file there")
    answer = Visitor(other_shop(media_root=place)).get(address(SIZE))
    assert answer.status_code == 503
    assert "Pictures cannot be kept or shown just now" in answer.text
    assert (answer.headers["Cache-Control"], answer.headers["Retry-After"]) == ("no-store", "5")


@pytest.mark.parametrize(
    ("settings", "store", "start"),
    [
        (WITH_CDN, MediaStore.S3, "https://cdn.example/books/sizes/"),
        (ONLY_S3, MediaStore.S3, "/media/sizes/"),
        (WITH_CDN | {"media_root": "/srv/media"}, MediaStore.LOCAL, "/media/sizes/"),
    ],
    ids=["cdn", "signed", "not moved yet"],
)
def test_pages_and_programs_name_where_a_picture_is(other_shop, backstage, settings, store, start):
    cover = picture()
    cover.store = store
    book = backstage.book(images=[cover])
    shop = Visitor(other_shop(**settings))
    page = shop.get(f"/books/{book.slug}-{book.id}")
    assert f"{start}ab/{0:032}/" in page.text
    told = shop.get(f"/api/v1/books/{book.id}").get_json()["cover"]["url"]
    assert told.startswith(start if start.startswith("https") else f"http://localhost{start}")
