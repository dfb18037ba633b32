"""A shop whose store is away or full: what was asked is told, nothing is lost or half there."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from shop.config import MediaStore
from shop.gateways.files import LocalFiles, S3Files
from shop.models import Image, ImageState
from tests.api.test_images import PLACE, book, clerk, upload
from tests.faults.wire import Wire
from tests.pictures import fetched
from tests.stored import stored

__all__ = ["book", "clerk"]

# The servers do not differ while they are away.
pytestmark = pytest.mark.parametrize("app", ["nanio"], indirect=True)


@pytest.fixture
def files(app):
    return app.extensions["services"].picture_files.stores


@pytest.fixture
def wire(files, monkeypatch):
    """The cable to S3."""
    store = files[MediaStore.S3]
    with Wire(urlsplit(store.bucket.endpoint_url).port or 0) as wire:
        address = f"http://127.0.0.1:{wire.port}"
        wired = S3Files(replace(store.bucket, endpoint_url=address, timeout=1.0))
        monkeypatch.setitem(files.stores, MediaStore.S3, wired)
        yield wire


def pictures(backstage) -> int:
    with backstage.services():
        return stored(Image)


def test_while_s3_is_away_nothing_is_taken_and_afterwards_all_is(clerk, backstage, book, wire):
    wire.cut()
    answer = upload(clerk)
    assert (answer.status_code, answer.get_json()["code"]) == (503, "files_unavailable")
    assert "try again in a moment" in answer.get_json()["detail"]
    assert answer.headers["Retry-After"]
    assert pictures(backstage) == 0
    wire.mend()
    assert upload(clerk).status_code == 201


def test_sizes_that_were_due_while_s3_was_away_are_made_afterwards(
    clerk, visitor, backstage, book, wire
):
    sent = upload(clerk)
    wire.cut()
    with backstage.services() as services:
        assert services.outbox.deliver_picture() is False
        image = services.images.get(sent.get_json()["id"])
        assert (image.state, image.renditions) == (ImageState.PENDING, [])
    assert visitor.get(PLACE).status_code == 200
    wire.mend()
    with backstage.services() as services:
        services.renditions.make(image.id)
    [made] = visitor.get(PLACE).get_json()["items"]
    assert made["state"] == "ready"
    for size in made["renditions"]:
        assert fetched(visitor, size["url"])[0] == 200


def test_pages_stay_open_and_name_their_pictures_while_s3_is_away(
    clerk, visitor, backstage, book, wire
):
    upload(clerk)
    with backstage.services() as services:
        services.outbox.deliver_picture()
    wire.cut()
    page = visitor.get(f"/books/{book.slug}-{book.id}")
    assert page.status_code == 200
    assert "/media/sizes/" in page.text


def test_a_full_disk_is_told_to_whoever_sends_and_nothing_is_kept(
    clerk, backstage, book, files, full_disk, tmp_path, monkeypatch
):
    monkeypatch.setitem(files.stores, MediaStore.S3, LocalFiles(tmp_path))
    answer = upload(clerk)
    assert (answer.status_code, answer.get_json()["code"]) == (503, "files_unavailable")
    assert "no room left for pictures" in answer.get_json()["detail"]
    assert pictures(backstage) == 0
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
