"""Pictures that mean harm, sent as the staff sends them: refused with a sentence, or made into
files that are pictures and nothing else."""

from __future__ import annotations

import io

import pytest
from PIL import Image as Pillow
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from shop.models import RoleCode
from tests.hostile_pictures import EVERY
from tests.visitor import Visitor

PLACE = "/api/v1/images/books/9780306406157"
KINDS = {"image/avif": "AVIF", "image/webp": "WEBP", "image/jpeg": "JPEG"}
TOLD = {"exif", "xmp", "icc_profile", "comment", "photoshop"}


@pytest.fixture
def clerk(app, backstage):
    backstage.book(isbn="9780306406157")
    return Visitor(app, backstage.user(RoleCode.CATALOGUE_MANAGER))


def upload(clerk, hostile):
    data = io.BytesIO(hostile.made())
    file = FileStorage(data, hostile.file_name, content_type=hostile.content_type)
    # The client's own way leaves the temporary file of a large form open.
    boundary, form = encode_multipart({"file": file})
    return clerk.call(
        "POST", PLACE, data=form, content_type=f"multipart/form-data; boundary={boundary}"
    )


def end_of(data: bytes, kind: str) -> int:
    """Where a file ends by what it says itself."""
    if kind == "JPEG":
        return data.index(b"\xff\xd9") + 2
    if kind == "WEBP":
        return 8 + int.from_bytes(data[4:8], "little")
    at = 0
    while at < len(data):
        at += int.from_bytes(data[at : at + 4], "big")
    return at


def test_there_are_enough_of_them_and_each_has_a_name_of_its_own():
    assert len({hostile.name for hostile in EVERY}) == len(EVERY) >= 50


@pytest.mark.parametrize("hostile", [h for h in EVERY if h.refused], ids=lambda h: h.name)
def test_what_is_no_picture_for_the_shop_is_refused_with_a_sentence(clerk, hostile):
    answer = upload(clerk, hostile)
    assert answer.status_code == 422
    assert hostile.refused in answer.get_json()["detail"]
    assert clerk.get(PLACE).get_json()["total"] == 0


@pytest.mark.parametrize("hostile", [h for h in EVERY if not h.refused], ids=lambda h: h.name)
def test_what_is_taken_becomes_pictures_and_nothing_else(clerk, visitor, backstage, hostile):
    answer = upload(clerk, hostile)
    assert answer.status_code == 201
    with backstage.services() as services:
        assert services.outbox.deliver_picture()
        key = services.images.get(answer.get_json()["id"]).key
    image = visitor.get(f"{PLACE}/{answer.get_json()['id']}").get_json()
    assert (image["state"], (image["width"], image["height"])) == ("ready", hostile.size)
    for rendition in image["renditions"]:
        check(visitor, rendition)
    assert visitor.get(f"/media/{key}").status_code == 404


def check(visitor, rendition):
    served = visitor.get(rendition["url"].removeprefix("http://localhost"))
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    kind = KINDS[served.mimetype]
    with Pillow.open(io.BytesIO(served.data), formats=(kind,)) as picture:
        picture.load()
        assert picture.size == (rendition["width"], rendition["height"])
        assert not TOLD & set(picture.info)
        assert not picture.getexif()
    assert end_of(served.data, kind) == len(served.data)
    assert b"<script" not in served.data.lower()
