"""Pictures of books as staff keep them: sent, described, put in order, taken away."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, Protocol

from shop.config import MediaStore
from shop.errors import NotFound, Stale
from shop.gateways.files import FileStores, keep
from shop.models import Image, ImageState, Rendering, User
from shop.models.isbn import normalise
from shop.repositories.audit import AuditRepository
from shop.repositories.base import Sessions
from shop.repositories.images import ImageRepository
from shop.repositories.outbox import OutboxRepository
from shop.repositories.paging import Page
from shop.services.base import EntityBaseService, retried
from shop.services.outbox import Topic
from shop.services.pictures import Picture, look_at

NOUN = "image"
# What of a picture can be edited.
FIELDS = ("alt", "position")
# So many pictures are asked for at once.
BATCH = 500
# A book's id, or its ISBN in any form.
BookName = int | str


class PictureSource(Protocol):
    """Fetches what is at an address of another server."""

    def fetch(self, url: str) -> bytes: ...


class ImageService(EntityBaseService[Image]):
    def __init__(
        self,
        session: Sessions,
        images: ImageRepository,
        outbox: OutboxRepository,
        audit: AuditRepository,
        stores: FileStores,
        remote: PictureSource,
    ) -> None:
        super().__init__(session, images)
        self.images = images
        self.outbox = outbox
        self.audit = audit
        self.stores = stores
        self.remote = remote

    def of_book(
        self,
        book: BookName,
        page: int,
        limit: int,
        after: int | None = None,
        *,
        drafts: bool = True,
    ) -> Page[Image]:
        """A page of a book's pictures, in their order; NotFound without such a book. With
        `after`, those that follow this id, by id. Without `drafts` a draft is no book."""
        with self.transaction():
            query = self.images.of(self._book_id(book, drafts=drafts))
            if after is not None:
                return self.images.walk(query, after, limit)
            return self.images.page(query, page, limit)

    def all_of(self, book_id: int) -> Sequence[Image]:
        """All pictures of a book, in their order."""
        with self.transaction():
            return self.images.all_of(book_id)

    def one_of_book(self, book: BookName, image_id: int, *, drafts: bool = True) -> Image:
        """A picture of this book. Without `drafts` a draft is no book."""
        with self.transaction():
            self._book_id(book, drafts=drafts)
            return self._one(book, image_id)

    def upload(
        self, book: BookName, data: bytes, alt: str, position: int | None, by: User
    ) -> Image:
        """Keep a picture of a book, as `attach_cover` does."""
        with self.transaction():
            book_id = self._book_id(book)
        return self._attach(book_id, data, alt, position, by)

    def upload_from(self, book_id: int, url: str, by: User) -> Image:
        """Keep the picture at this address, as `upload` does. Invalid where there is none."""
        return self._attach(book_id, self.remote.fetch(url), "", None, by)

    def attach_cover(self, book_id: int, data: bytes, alt: str) -> Image:
        """Keep a picture of a book; a worker makes its sizes. The same one again is one picture.

        It stands behind those that are there. Invalid when the shop does not take it, which
        `look_at` says.
        """
        return self._attach(book_id, data, alt, None, None)

    @retried
    def amend(
        self, book: BookName, image_id: int, version: int | None, values: dict[str, Any], by: User
    ) -> Image:
        """Set `alt` or `position`; Stale when it was changed after `version` was read, if one
        was. The first picture that has its sizes is the cover."""
        with self.transaction():
            image = self._seen(book, image_id, version)
            before = _facts(image)
            image.edit(**values)
            self.session.flush()
            if (after := _facts(image)) != before:
                self.audit.note(by, NOUN, image.id, "change", before, after)
            return image

    @retried
    def describe(self, book_id: int, image_id: int, seen_alt: str, alt: str, by: User) -> Image:
        """Say what a picture shows; Stale when that is not `seen_alt` any more.

        Where it stands may have changed meanwhile.
        """
        with self.transaction():
            image = self._one(book_id, image_id, locked=True)
            if image.alt != seen_alt:
                raise Stale()
            return self.amend(book_id, image_id, image.version, {"alt": alt}, by)

    @retried
    def reorder(self, book_id: int, image_ids: Sequence[int], by: User) -> None:
        """Put all pictures of a book in this order. Stale when these are not the ones it has."""
        with self.transaction():
            self.images.take_turn(book_id)
            images = {image.id: image for image in self.images.all_of(book_id, locked=True)}
            if sorted(image_ids) != sorted(images):
                raise Stale()
            for place, image in enumerate(images[each] for each in image_ids):
                if image.position != place:
                    before = _facts(image)
                    image.edit(position=place)
                    self.audit.note(by, NOUN, image.id, "change", before, _facts(image))

    @retried
    def remove(self, book: BookName, image_id: int, version: int | None, by: User) -> None:
        """Take a picture away; a worker deletes those of its files that no other one needs."""
        with self.transaction():
            image = self._seen(book, image_id, version)
            self.outbox.put(
                Topic.UNUSED_FILES, f"unused-{image.id}", store=image.store, keys=image.keys
            )
            self.audit.note(by, NOUN, image.id, "delete", _all_facts(image), {})
            self.images.delete(image)

    @retried
    def try_again(self, image_id: int, by: User) -> Image:
        """Have the sizes of a picture made once more that failed."""
        with self.transaction():
            image = self.images.locked(image_id)
            if image is None:
                raise NotFound()
            if image.state is ImageState.FAILED:
                self.audit.note(by, NOUN, image.id, "try again", {}, {})
                self._have_made(image)
            return image

    @retried
    def try_all_again(self, by: User) -> int:
        """Have the sizes made once more of all pictures that failed; answers how many did."""
        with self.transaction():
            failed = self.images.failed_ids()
            for image_id in failed:
                self.try_again(image_id, by)
            return len(failed)

    def not_ready(self, page: int, limit: int, state: ImageState | None = None) -> Page[Image]:
        """Pictures without sizes, with their books: those that failed first."""
        with self.transaction():
            return self.images.page(self.images.not_ready(state), page, limit)

    def count_by_state(self) -> dict[ImageState, int]:
        with self.transaction():
            return self.images.count_by_state()

    def make_all_anew(self) -> int:
        """Have the sizes of every picture made once more; answers how many there are."""
        after = asked = 0
        while ids := self._ids_after(after):
            self.make_anew(ids)
            after, asked = ids[-1], asked + len(ids)
        return asked

    @retried
    def make_anew(self, image_ids: Sequence[int]) -> None:
        """Have the sizes of these pictures made once more. Pages have the old ones until the new
        ones are there."""
        with self.transaction():
            for image_id in image_ids:
                if image := self.images.locked(image_id):
                    self._have_made(image)

    def original(self, image_id: int) -> tuple[Image, bytes]:
        """A picture with the very bytes that were sent."""
        image = self.get(image_id)
        try:
            return image, self.stores[image.store].read(image.key)
        except FileNotFoundError:
            raise NotFound() from None

    @retried
    def _attach(
        self, book_id: int, data: bytes, alt: str, position: int | None, by: User | None
    ) -> Image:
        picture = look_at(data)
        store = self.stores.home
        keep(self.stores[store], picture.key, data)
        with self.transaction():
            self.images.take_turn(book_id)
            image = self.images.of_book(book_id, picture.key)
            if image is None:
                if position is None:
                    position = self.images.next_position(book_id)
                image = self.images.add(_new(book_id, picture, store, alt, position))
                self.audit.note(by, NOUN, image.id, "create", {}, _all_facts(image))
                self._have_made(image)
            elif image.state is ImageState.FAILED:
                # What was lost is there again.
                self._have_made(image)
        # Once more: files that nobody needed may have been deleted between the two.
        keep(self.stores[image.store], picture.key, data)
        return image

    def _ids_after(self, after: int) -> Sequence[int]:
        with self.transaction():
            return self.images.ids_after(after, BATCH)

    def _have_made(self, image: Image) -> None:
        image.ask_for_sizes()
        key = f"renditions-{image.id}-{uuid.uuid4()}"
        self.outbox.put(Topic.RENDITIONS, key, image_id=image.id)

    def _book_id(self, book: BookName, *, drafts: bool = True) -> int:
        if isinstance(book, int):
            return book
        try:
            digits = normalise(book)
        except ValueError:
            raise NotFound() from None
        return self.images.book_id(digits, drafts=drafts)

    def _one(self, book: BookName, image_id: int, *, locked: bool = False) -> Image:
        """With `locked` it is kept from others until the transaction ends."""
        image = self.images.locked(image_id) if locked else self.images.get(image_id)
        if image is None or image.book_id != self._book_id(book):
            raise NotFound()
        return image

    def _seen(self, book: BookName, image_id: int, version: int | None) -> Image:
        image = self._one(book, image_id, locked=True)
        if version is not None and image.version != version:
            raise Stale()
        return image


def _new(book_id: int, picture: Picture, store: MediaStore, alt: str, position: int) -> Image:
    return Image(
        book_id=book_id,
        store=store,
        key=picture.key,
        media_type=picture.media_type,
        width=picture.width,
        height=picture.height,
        alt=alt,
        position=position,
        rendering=Rendering(),
    )


def _facts(image: Image) -> dict[str, Any]:
    return {name: getattr(image, name) for name in FIELDS}


def _all_facts(image: Image) -> dict[str, Any]:
    return {"book_id": image.book_id, "key": image.key, **_facts(image)}
