"""Making the sizes of pictures: what goes wrong is told, tried again, and shows on no page."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import update

from shop.config import MediaStore
from shop.errors import FilesUnavailable, Stale
from shop.extensions import db
from shop.models import Image, ImageState, OutboxMessage, Rendering, RoleCode, Trouble
from shop.models.columns import utcnow
from shop.services import renditions
from shop.services.outbox import Topic
from tests import factories as make
from tests.pictures import picture
from tests.stored import messages

LOCAL = MediaStore.LOCAL


@pytest.fixture
def anna(services):
    return make.save(make.staff(RoleCode.CATALOGUE_MANAGER))


@pytest.fixture
def book(services):
    return make.save(make.book())


@pytest.fixture
def image(services, book) -> Image:
    """A picture that waits for its sizes."""
    return services.images.attach_cover(book.id, picture(), "")


def now(services, image: Image) -> Image:
    [found] = services.images.all_of(image.book_id)
    return found


def again(services) -> bool | None:
    """The next try, as if its pause were over."""
    db.session.execute(update(OutboxMessage).values(available_at=utcnow()))
    db.session.commit()
    return services.outbox.deliver_picture()


def test_mails_do_not_wait_behind_pictures(services, image):
    assert services.outbox.deliver_due() == 0
    assert [each.delivered_at for each in messages(Topic.RENDITIONS)] == [None]
    assert services.outbox.deliver_picture() is True
    assert services.outbox.deliver_picture() is None


def test_the_worker_that_makes_pictures_is_nudged_for_them_and_the_other_is_not(
    services, book, anna, monkeypatch
):
    nudges: list[str] = []
    monkeypatch.setattr(services.images.outbox, "nudge", lambda topics: nudges.extend(topics))
    image = services.images.attach_cover(book.id, picture(), "")
    assert nudges == [Topic.RENDITIONS]
    services.images.remove(book.id, image.id, None, anna)
    assert nudges == [Topic.RENDITIONS, Topic.UNUSED_FILES]


def test_progress_is_told_while_sizes_are_made(services, image, monkeypatch):
    seen: list[int] = []
    store = services.images.stores[LOCAL]
    put = store.put

    def look(key: str, data: bytes) -> None:
        put(key, data)
        seen.append(now(services, image).progress)

    monkeypatch.setattr(store, "put", look)
    assert now(services, image).progress == 0
    services.renditions.make(image.id)
    # Two widths, each in three formats.
    assert seen == [0, 0, 0, 50, 50, 50]
    ready = now(services, image)
    assert (ready.progress, ready.trouble, ready.rendering) == (100, None, None)


def test_what_is_being_made_spoils_nobodys_edit(services, book, image, anna):
    services.renditions.make(image.id)
    edited = services.images.amend(book.id, image.id, 1, {"alt": "A ship"}, anna)
    assert (edited.version, edited.state) == (2, ImageState.READY)


def test_a_picture_that_cannot_be_decoded_has_failed_and_says_so(services, book, image, anna):
    original = services.images.stores[LOCAL]._path(image.key)
    whole = original.read_bytes()
    original.write_bytes(whole[:50])
    assert services.outbox.deliver_picture() is True
    failed = now(services, image)
    assert (failed.state, failed.trouble) == (ImageState.FAILED, Trouble.UNREADABLE)
    assert services.catalogue.get(book.id).cover is None
    [listed] = services.images.not_ready(1, 10)
    assert (listed.id, listed.book.title) == (image.id, book.title)
    assert services.images.count_by_state() == {ImageState.FAILED: 1}

    original.write_bytes(whole)
    asked = services.images.try_again(image.id, anna)
    assert (asked.state, asked.trouble) == (ImageState.PENDING, None)
    services.outbox.deliver_picture()
    assert now(services, image).state is ImageState.READY


def test_a_picture_whose_original_is_gone_has_failed(services, image):
    services.images.stores[LOCAL].delete(image.key)
    services.outbox.deliver_picture()
    failed = now(services, image)
    assert (failed.state, failed.trouble) == (ImageState.FAILED, Trouble.LOST)


def test_a_lost_original_that_is_sent_again_is_taken_up(services, book, image):
    services.images.stores[LOCAL].delete(image.key)
    services.outbox.deliver_picture()
    sent = services.images.attach_cover(book.id, picture(), "")
    assert (sent.id, sent.state) == (image.id, ImageState.PENDING)
    assert services.outbox.deliver_picture() is True
    assert now(services, image).state is ImageState.READY


def test_a_store_so_slow_that_another_worker_would_begin_ends_the_try(services, image, monkeypatch):
    monkeypatch.setattr(renditions, "MOST_SECONDS", -1.0)
    assert again(services) is False
    assert now(services, image).trouble is Trouble.STORE


def test_a_store_that_is_away_fails_no_picture(services, book, image, monkeypatch):
    store = services.images.stores[LOCAL]
    put, puts = store.put, []

    def away(key: str, data: bytes) -> None:
        puts.append(key)
        if len(puts) > 1:
            raise FilesUnavailable("the disk is full")
        put(key, data)

    monkeypatch.setattr(store, "put", away)
    for _ in range(renditions.MOST_DEATHS + 2):
        assert again(services) is False
    waiting = now(services, image)
    assert (waiting.state, waiting.trouble) == (ImageState.PENDING, Trouble.STORE)
    assert services.catalogue.get(book.id).cover is None
    monkeypatch.undo()
    assert again(services) is True
    assert now(services, image).state is ImageState.READY


def test_a_picture_that_takes_workers_with_it_is_given_up(services, image, caplog):
    db.session.execute(update(Rendering).values(tries=renditions.MOST_DEATHS))
    db.session.commit()
    with caplog.at_level(logging.ERROR):
        assert services.outbox.deliver_picture() is True
    assert "workers died of it" in caplog.text
    failed = now(services, image)
    assert (failed.state, failed.trouble) == (ImageState.FAILED, Trouble.DEADLY)


def test_a_try_whose_worker_was_killed_is_counted(services, image, monkeypatch):
    class Killed(BaseException):
        pass

    def die(original: bytes) -> None:
        raise Killed

    monkeypatch.setattr(renditions, "make", die)
    for _ in range(2):
        with pytest.raises(Killed):
            again(services)
    assert now(services, image).rendering.tries == 2


def test_sizes_that_are_swept_while_they_are_made_are_made_again(services, image, monkeypatch):
    show = services.renditions._show

    def late(*known) -> None:
        services.images.stores[LOCAL].delete(known[-1][0])
        show(*known)

    monkeypatch.setattr(services.renditions, "_show", late)
    assert again(services) is False
    monkeypatch.undo()
    assert again(services) is True
    shown = now(services, image)
    assert all(services.images.stores[LOCAL].has(key) for key in shown.keys)


def test_a_picture_that_moves_away_while_its_sizes_are_made_gets_them_where_it_is(
    services, image, monkeypatch
):
    show = services.renditions._show

    def late(*known) -> None:
        db.session.execute(update(Image).values(store=MediaStore.S3))
        db.session.commit()
        show(*known)

    monkeypatch.setattr(services.renditions, "_show", late)
    assert again(services) is False
    assert now(services, image).state is ImageState.PENDING


def test_pages_keep_the_sizes_that_are_made_anew(services, book, image):
    services.renditions.make(image.id)
    before = now(services, image).keys
    assert services.images.make_all_anew() == 1
    waiting = now(services, image)
    assert (waiting.state, waiting.keys) == (ImageState.READY, before)
    services.images.stores[LOCAL].delete(before[1])
    assert again(services) is True
    assert services.images.stores[LOCAL].has(before[1])


def test_a_cover_that_cannot_be_made_anew_stays(services, book, image):
    services.renditions.make(image.id)
    services.images.make_anew([image.id])
    services.images.stores[LOCAL].delete(image.key)
    services.outbox.deliver_picture()
    stays = now(services, image)
    assert (stays.state, stays.trouble) == (ImageState.READY, Trouble.LOST)
    assert services.catalogue.get(book.id).cover is not None


def test_pictures_are_put_in_order_in_one_go(services, book, anna):
    ids = [
        services.images.attach_cover(book.id, picture(colour), "").id
        for colour in ("white", "grey", "black")
    ]
    services.images.reorder(book.id, ids[::-1], anna)
    assert [each.id for each in services.images.all_of(book.id)] == ids[::-1]
    with pytest.raises(Stale):
        services.images.reorder(book.id, ids[:2], anna)
