"""Files of pictures that are taken away: they go, and those that others need stay."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from shop.errors import NotFound, Stale
from shop.extensions import db
from shop.gateways.files import FileStore
from shop.models import AuditEntry, Image, OutboxMessage, RoleCode
from shop.services.outbox import Topic
from tests import factories as make
from tests.pictures import deliver_all, picture
from tests.stored import messages, stored


@pytest.fixture
def anna(services):
    return make.save(make.staff(RoleCode.CATALOGUE_MANAGER))


@pytest.fixture
def book(services):
    return make.save(make.book())


def ready(services, book, colour: str = "white") -> Image:
    """A picture whose sizes are made."""
    image = services.images.attach_cover(book.id, picture(colour), "")
    services.renditions.make(image.id)
    return services.images.get(image.id)


def home(services) -> FileStore:
    """Where new pictures go."""
    stores = services.images.stores
    return stores[stores.home]


def kept(services, keys) -> list[bool]:
    return [home(services).has(key) for key in keys]


def test_the_files_of_a_picture_go_after_it(services, book, anna):
    image = ready(services, book)
    keys = image.keys
    assert len(keys) == 7
    services.images.remove(book.isbn, image.id, image.version, anna)
    assert stored(Image) == 0
    assert kept(services, keys) == [True] * 7
    deliver_all(services)
    assert kept(services, keys) == [False] * 7
    services.picture_files.delete_unused(services.images.stores.home, keys)


def test_files_that_another_book_needs_stay(services, book, anna):
    other = make.save(make.book())
    image, twin = ready(services, book), ready(services, other)
    assert image.keys == twin.keys
    services.images.remove(book.isbn, image.id, None, anna)
    deliver_all(services)
    assert kept(services, twin.keys) == [True] * 7


def test_the_pictures_of_a_deleted_book_go_with_it(services, book, anna):
    keys = ready(services, book).keys + ready(services, book, "black").keys
    services.book_editing.remove(book.id, None, anna)
    deliver_all(services)
    assert kept(services, keys) == [False] * 14


def test_a_picture_that_comes_again_while_its_files_go_has_them(services, book, anna, monkeypatch):
    image = ready(services, book)
    services.images.remove(book.isbn, image.id, None, anna)
    files = home(services)
    really_deleted = files.delete

    def delete(key: str) -> None:
        # The other one looked just before the file went.
        if stored(Image) == 0:
            services.images.attach_cover(book.id, picture(), "")
        really_deleted(key)

    monkeypatch.setattr(files, "delete", delete)
    services.picture_files.delete_unused(services.images.stores.home, [image.key])
    assert kept(services, [image.key]) == [True]


def test_a_picture_whose_file_goes_before_it_is_noted_keeps_it(services, book, monkeypatch):
    images = services.images
    note = images.audit.note

    def note_late(*arguments) -> None:
        # It was nobody's when the other one looked, and is gone now.
        home(services).delete(arguments[-1]["key"])
        note(*arguments)

    monkeypatch.setattr(images.audit, "note", note_late)
    image = images.attach_cover(book.id, picture(), "")
    assert kept(services, [image.key]) == [True]


def test_sizes_of_a_picture_that_is_gone_are_not_made(services, book, anna):
    image = services.images.attach_cover(book.id, picture(), "")
    services.images.remove(book.isbn, image.id, 1, anna)
    deliver_all(services)
    assert all(db.session.scalars(select(OutboxMessage.delivered_at)))
    assert kept(services, image.keys) == [False]


def test_sizes_of_a_picture_that_goes_while_they_are_made_are_let_go_of(
    services, book, anna, monkeypatch
):
    images = services.images
    image = images.attach_cover(book.id, picture(), "")
    store = home(services)
    put = store.put

    def gone(key: str, data: bytes) -> None:
        put(key, data)
        db.session.execute(Image.__table__.delete())
        db.session.commit()

    monkeypatch.setattr(store, "put", gone)
    services.renditions.make(image.id)
    [message] = messages(Topic.UNUSED_FILES)
    assert kept(services, message.payload["keys"]) == [True] * 6
    deliver_all(services)
    assert kept(services, message.payload["keys"]) == [False] * 6


def test_a_picture_is_described_placed_and_noted(services, book, anna):
    first = services.images.upload(book.isbn, picture(), "front", None, anna)
    second = services.images.upload(book.isbn, picture("black"), "back", None, anna)
    assert (first.position, second.position) == (0, 1)
    changed = services.images.amend(book.isbn, first.id, 1, {"position": 5}, anna)
    assert (changed.position, changed.alt, changed.version) == (5, "front", 2)
    listed = services.images.of_book(book.isbn, 1, 10)
    assert [image.id for image in listed] == [second.id, first.id]
    with pytest.raises(Stale):
        services.images.amend(book.isbn, first.id, 1, {"alt": "x"}, anna)
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    made = [(entry.actor_id, entry.action) for entry in entries]
    assert made == [(anna.id, "create")] * 2 + [(anna.id, "change")]


def test_a_picture_of_another_book_is_not_found(services, book, anna):
    other = make.save(make.book())
    image = services.images.attach_cover(book.id, picture(), "")
    for call in (
        lambda: services.images.one_of_book(other.isbn, image.id),
        lambda: services.images.remove(other.isbn, image.id, None, anna),
        lambda: services.images.upload("nonsense", picture(), "", None, anna),
    ):
        with pytest.raises(NotFound):
            call()
