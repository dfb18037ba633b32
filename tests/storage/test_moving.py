"""Pictures that move to another store while the shop is open, and back again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import update

from shop.cli.images import images as commands
from shop.config import MediaStore
from shop.errors import FilesUnavailable
from shop.extensions import db
from shop.gateways.files import S3Files
from shop.models import Image
from shop.models.columns import utcnow
from tests import factories as make
from tests.faults.wire import Wire
from tests.pictures import fetched, picture
from tests.storage.conftest import SERVERS, opened
from tests.visitor import Visitor

LOCAL, S3 = MediaStore.LOCAL, MediaStore.S3
# The servers differ in nothing that the rest is about.
ON_ONE = pytest.mark.parametrize("app", ["nanio"], indirect=True)
COLOURS = ("white", "red", "navy")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("media")


@pytest.fixture(params=SERVERS)
def app(request, shops, stores, folder) -> Iterator[Flask]:
    """A shop with a folder and a bucket, which is on each of the servers in turn."""
    request.getfixturevalue(request.param)  # which empties the bucket afterwards
    yield from opened(shops(request.param, folder))
    for path in folder.iterdir():
        shutil.rmtree(path)


@pytest.fixture
def images(services) -> list[Image]:
    """Pictures in the folder, the last of them without sizes yet."""
    made = [
        services.images.attach_cover(make.save(make.book()).id, picture(colour), "")
        for colour in (*COLOURS, "grey")
    ]
    for image in made[:-1]:
        services.renditions.make(image.id)
    return made


@pytest.fixture
def files(services):
    return services.picture_files.stores


def now(services, images) -> list[Image]:
    """As they stand in the database."""
    db.session.rollback()
    db.session.expire_all()
    return [services.images.get(image.id) for image in images]


def shown(app: Flask, images: list[Image]) -> list[bytes]:
    """Every size, as a browser gets it. No context of ours is open around its requests."""
    keys = [rendition.key for image in images for rendition in image.renditions]

    def look() -> list[tuple[int, str, bytes]]:
        visitor = Visitor(app)
        return [fetched(visitor, f"/media/{key}") for key in keys]

    with ThreadPoolExecutor(1) as browser:
        answers = browser.submit(look).result()
    assert {status for status, _, _ in answers} == {200}
    return [data for _, _, data in answers]


def move(services, to: MediaStore, tell=lambda done: None):
    return services.picture_files.move(to, tell)


def test_pictures_move_there_and_back_and_are_shown_all_the_while(app, services, images, files):
    before = shown(app, now(services, images))
    assert len(before) == len(COLOURS) * 6
    kept = {key: files[LOCAL].read(key) for image in now(services, images) for key in image.keys}
    for to in (S3, LOCAL):
        seen = []

        def look(done, seen=seen) -> None:
            seen.append(done.moved)
            assert shown(app, now(services, images)) == before

        done = move(services, to, look)
        assert (done.moved, done.lost, seen) == (4, [], [1, 2, 3, 4])
        assert {image.store for image in now(services, images)} == {to}
        assert {key: files[to].read(key) for key in kept} == kept
        assert move(services, to).moved == 0


@ON_ONE
def test_what_was_not_made_when_it_moved_is_made_there(app, services, images, files):
    move(services, S3)
    services.renditions.make(images[-1].id)
    made = now(services, images)[-1]
    assert all(files[S3].has(key) for key in made.keys)
    assert not any(files[LOCAL].has(size.key) for size in made.renditions)
    assert len(shown(app, [made])) == 6


@ON_ONE
def test_an_operator_moves_them_by_a_command(app, images):
    def run(*said: str):
        return app.test_cli_runner().invoke(commands, said)

    first = run("move", "--to", "s3")
    assert (first.exit_code, "Pictures moved to s3: 4." in first.output) == (0, True)
    assert "set MEDIA_STORE=s3" in first.output
    back = run("move", "--to", "local")
    assert (back.exit_code, back.output.strip()) == (0, "Pictures moved to local: 4.")
    whole = run("check")
    assert (whole.exit_code, "Originals missing: 0" in whole.output) == (0, True)


@ON_ONE
def test_s3_that_goes_away_meanwhile_leaves_every_picture_where_it_is_whole(
    app, services, images, files, monkeypatch
):
    before = shown(app, now(services, images))
    s3 = files[S3]
    with Wire(urlsplit(s3.bucket.endpoint_url).port or 0) as wire:
        address = f"http://127.0.0.1:{wire.port}"
        wired = S3Files(replace(s3.bucket, endpoint_url=address, timeout=1.0))
        monkeypatch.setitem(files.stores, S3, wired)

        def cut_after_two(done) -> None:
            if done.moved == 2:
                wire.cut()

        with pytest.raises(FilesUnavailable):
            move(services, S3, cut_after_two)
        assert [image.store for image in now(services, images)] == [S3, S3, LOCAL, LOCAL]
        wire.mend()
        assert shown(app, now(services, images)) == before
        assert move(services, S3).moved == 2
        assert shown(app, now(services, images)) == before


@ON_ONE
def test_what_lies_there_spoilt_is_put_anew(services, images, files):
    first = images[0]
    kept = files[LOCAL].read(first.key)
    files[S3].put(first.key, b"half")
    move(services, S3)
    assert files[S3].read(first.key) == kept


@ON_ONE
def test_what_has_lost_a_file_stays_and_is_told(app, services, images, files):
    first = images[0]
    files[LOCAL].delete(first.key)
    done = move(services, S3)
    assert (done.moved, done.lost) == (3, [first.id])
    assert [image.store for image in now(services, images)] == [LOCAL, S3, S3, S3]
    shown(app, now(services, images))


@ON_ONE
def test_what_was_moved_stays_for_a_day_where_it_was(app, services, images, files, folder):
    before = shown(app, now(services, images))
    move(services, S3)
    moved = now(services, images)
    old = utcnow() - timedelta(days=2)
    for path in folder.rglob("*.*"):
        os.utime(path, (old.timestamp(), old.timestamp()))
    # Asking a bucket for each of the 256 takes its time.
    shards = sorted({key.removeprefix("sizes/")[:2] for image in moved for key in image.keys})
    assert services.picture_files.sweep(shards) == 0
    db.session.execute(update(Image).values(moved_at=old))
    db.session.commit()
    assert services.picture_files.sweep(shards) == 4 + len(before)
    assert list(files[LOCAL].walk()) == []
    assert shown(app, now(services, images)) == before
