"""`flask images`: every picture moves to another store, is checked, and what nobody needs goes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from shop.bootstrap import Parts
from shop.cli.images import images
from shop.config import MediaStore
from shop.errors import FilesUnavailable
from shop.extensions import db
from shop.gateways.files import FileStores, LocalFiles
from shop.models import Image, RoleCode
from shop.models.columns import utcnow
from shop.services.base import Turn
from shop.services.picture_files import GRACE
from tests import factories as make
from tests.pictures import picture

LOCAL, OTHER = MediaStore


@pytest.fixture
def two_stores(app, another_shop, tmp_path) -> Iterator[Flask]:
    """A shop with two stores: the second is a folder, too, under the name of the other kind."""
    files = {LOCAL: LocalFiles(tmp_path / "near"), OTHER: LocalFiles(tmp_path / "far")}
    ours = another_shop(Parts(stores=FileStores(LOCAL, files)))
    with ours.app_context():
        yield ours


@pytest.fixture
def services(two_stores):
    return two_stores.extensions["services"]


@pytest.fixture
def files(services) -> FileStores:
    return services.images.stores


@pytest.fixture
def image(services) -> Image:
    book = make.save(make.book())
    made = services.images.attach_cover(book.id, picture(), "")
    services.renditions.make(made.id)
    return services.images.get(made.id)


@pytest.fixture
def run(two_stores):
    def call(*words: str):
        return two_stores.test_cli_runner().invoke(images, words)

    return call


def kept(files, store: MediaStore) -> set[str]:
    return {each.key for each in files[store].walk()}


def grow_old(files, store: MediaStore) -> None:
    """As if every file had been put two days ago."""
    then = (utcnow() - 2 * GRACE).timestamp()
    for key in kept(files, store):
        os.utime(files[store]._path(key), (then, then))


def let_a_day_pass(files) -> None:
    db.session.execute(update(Image).values(moved_at=Image.moved_at - GRACE - timedelta(minutes=1)))
    db.session.commit()
    for store in files:
        grow_old(files, store)


def test_pictures_move_with_all_their_files_and_leave_none_behind(services, files, image, run):
    answer = run("move", "--to", str(OTHER))
    assert (answer.exit_code, "Pictures moved to s3: 1." in answer.output) == (0, True)
    assert "set MEDIA_STORE=s3" in answer.output
    moved = services.images.get(image.id)
    assert (moved.store, moved.keys, moved.version) == (OTHER, image.keys, image.version)
    assert kept(files, OTHER) == kept(files, LOCAL) == set(image.keys)
    # Pages that somebody has open still ask where it was.
    grow_old(files, LOCAL)
    assert "Files deleted: 0." in run("sweep").output
    let_a_day_pass(files)
    assert f"Files deleted: {len(image.keys)}." in run("sweep").output
    assert (kept(files, OTHER), kept(files, LOCAL)) == (set(image.keys), set())
    assert services.picture_files.shown(image.renditions[0].key)
    assert "Pictures moved to s3: 0." in run("move", "--to", str(OTHER)).output


def test_a_move_that_is_cut_off_leaves_every_picture_whole_and_goes_on(
    services, files, image, run, monkeypatch
):
    far = files[OTHER]
    put, puts = far.put, []

    def cut(key: str, data: bytes) -> None:
        puts.append(key)
        if len(puts) == 3:
            raise FilesUnavailable("gone")
        put(key, data)

    monkeypatch.setattr(far, "put", cut)
    answer = run("move", "--to", str(OTHER))
    assert answer.exit_code == 1
    assert "Run this again" in answer.output
    assert services.images.get(image.id).store is LOCAL
    # What has been copied is nobody's until the picture comes: it may be swept, and is copied anew.
    grow_old(files, OTHER)
    monkeypatch.undo()
    assert "Files deleted: 2." in run("sweep").output
    assert run("move", "--to", str(OTHER)).exit_code == 0
    assert services.images.get(image.id).store is OTHER
    assert kept(files, OTHER) == set(image.keys)


def test_a_copy_that_is_not_the_same_is_noticed(services, files, image, run, monkeypatch):
    far = files[OTHER]
    read = far.read
    monkeypatch.setattr(far, "read", lambda key: read(key)[:-1])
    assert run("move", "--to", str(OTHER)).exit_code == 1
    assert services.images.get(image.id).store is LOCAL


def test_sizes_that_come_while_a_picture_moves_move_with_it(
    services, files, image, run, monkeypatch
):
    bare = {"folder": None, "widths": [], "colour": None, "state": "pending"}
    db.session.execute(update(Image).values(bare))
    db.session.commit()
    switch = services.picture_files._switch

    def late(*arguments) -> bool:
        monkeypatch.undo()
        services.renditions.make(image.id)
        return switch(*arguments)

    monkeypatch.setattr(services.picture_files, "_switch", late)
    assert run("move", "--to", str(OTHER)).exit_code == 0
    assert kept(files, OTHER) == set(services.images.get(image.id).keys)


def test_a_copy_that_was_there_and_is_swept_meanwhile_is_made_again(
    services, files, image, run, monkeypatch
):
    for key in image.keys:
        files[OTHER].put(key, files[LOCAL].read(key))
    switch = services.picture_files._switch

    def late(*arguments) -> bool:
        services.picture_files.delete_unused(OTHER, image.keys)
        return switch(*arguments)

    monkeypatch.setattr(services.picture_files, "_switch", late)
    assert run("move", "--to", str(OTHER)).exit_code == 0
    assert kept(files, OTHER) == set(image.keys)


def test_a_picture_that_is_deleted_while_it_moves_is_not_missed(
    services, files, image, run, monkeypatch
):
    copy = services.picture_files._copy

    def late(*arguments) -> None:
        services.images.remove(image.book_id, image.id, None, make.save(make.staff()))
        services.outbox.deliver_picture()
        copy(*arguments)

    monkeypatch.setattr(services.picture_files, "_copy", late)
    answer = run("move", "--to", str(OTHER))
    assert (answer.exit_code, "missing" in answer.output) == (0, False)


def test_a_size_is_shown_from_the_store_that_has_it_where_another_is_in_trouble(
    services, files, image, run, monkeypatch
):
    assert run("move", "--to", str(OTHER)).exit_code == 0

    def away(key: str) -> bytes:
        raise FilesUnavailable("the disk is gone")

    monkeypatch.setattr(files[LOCAL], "read", away)
    size = image.renditions[0].key
    assert services.picture_files.shown(size) == files[OTHER].read(size)
    files[OTHER].delete(size)
    with pytest.raises(FilesUnavailable):
        services.picture_files.shown(size)


def test_a_picture_with_a_file_missing_stays_and_is_named(services, files, image, run):
    files[LOCAL].delete(image.keys[1])
    answer = run("move", "--to", str(OTHER))
    assert (answer.exit_code, str(image.id) in answer.output) == (1, True)
    assert services.images.get(image.id).store is LOCAL


def test_a_check_tells_what_is_missing_and_has_sizes_made_anew(services, files, image, run):
    assert run("check").exit_code == 0
    files[LOCAL].delete(image.keys[1])
    told = run("check")
    assert (told.exit_code, "sizes are missing" in told.output) == (1, True)
    assert run("check", "--mend").exit_code == 0
    assert services.outbox.deliver_picture() is True
    assert run("check").exit_code == 0
    files[LOCAL].delete(image.key)
    told = run("check", "--mend")
    assert (told.exit_code, f"there is no {image.key}" in told.output) == (1, True)


def test_what_nobody_needs_goes_after_a_day(services, files, image, run):
    keys = [f"ab/{'0' * 64}.png", f"sizes/ab/{'0' * 32}/180.avif"]
    for key in keys:
        files[LOCAL].put(key, b"an orphan")
    assert "Files deleted: 0." in run("sweep").output
    grow_old(files, LOCAL)
    # Each hour has its part: by the end of the day all has been looked at.
    parts = [services.picture_files.sweep_part(hour, Turn()) for hour in range(24)]
    assert (sum(parts), len(parts)) == (2, 24)
    assert kept(files, LOCAL) == set(image.keys)


def test_every_picture_is_made_anew(services, image, run):
    assert "makes anew: 1." in run("remake").output
    assert services.outbox.deliver_picture() is True


def test_a_store_that_is_not_configured_is_no_place_to_move_to(app):
    answer = app.test_cli_runner().invoke(images, ["move", "--to", "s3"])
    assert answer.exit_code == 1
    assert "There is no store s3" in answer.output


def test_a_picture_of_a_store_that_is_configured_no_more_says_so(services, image):
    services.images.remove(image.book_id, image.id, None, make.save(make.staff(RoleCode.ADMIN)))
    assert services.picture_files.delete_unused(OTHER, image.keys) == 0
