"""Pictures of books: kept, made into the sizes that pages use, and let go of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shop.errors import NotFound, Stale
from shop.gateways.files import FileStore
from shop.models import Image, ImageState, Rendition, User
from shop.models.isbn import normalise
from shop.repositories.base import Sessions
from shop.repositories.images import ImageRepository
from shop.repositories.outbox import OutboxRepository
from shop.repositories.paging import Page
from shop.repositories.users import AuditRepository
from shop.services.base import EntityBaseService, retried
from shop.services.outbox import Topic
from shop.services.picture_file import Picture, look_at
from shop.services.picture_sizes import sizes_of

NOUN = "image"
# What of a picture can be edited.
FIELDS = ("alt", "position")


class ImageService(EntityBaseService[Image]):
    def __init__(
        self,
        session: Sessions,
        images: ImageRepository,
        outbox: OutboxRepository,
        audit: AuditRepository,
        files: FileStore,
    ) -> None:
        super().__init__(session, images)
        self.images = images
        self.outbox = outbox
        self.audit = audit
        self.files = files

    def of_book(self, isbn: str, page: int, limit: int, after: int | None = None) -> Page[Image]:
        """A page of the pictures of the book with this ISBN, in their order; NotFound without
        such a book. With `after`, those that follow this id, by id."""
        with self.transaction():
            query = self.images.of(self._book_id(isbn))
            if after is not None:
                return self.images.walk(query, after, limit)
            return self.images.page(query, page, limit)

    def one_of_book(self, isbn: str, image_id: int) -> Image:
        """A picture of the book with this ISBN."""
        with self.transaction():
            return self._one(isbn, image_id)

    def upload(self, isbn: str, data: bytes, alt: str, position: int | None, by: User) -> Image:
        """Keep a picture of the book with this ISBN, as `attach_cover` does."""
        with self.transaction():
            book_id = self._book_id(isbn)
        return self._attach(book_id, data, alt, position, by)

    def attach_cover(self, book_id: int, data: bytes, alt: str) -> Image:
        """Keep a picture of a book; a worker makes its sizes. The same one again is one picture.

        It stands behind those that are there. Invalid when it is not a JPEG, PNG or WebP picture
        of at most 50 megapixels and 20 MiB.
        """
        return self._attach(book_id, data, alt, None, None)

    @retried
    def amend(
        self, isbn: str, image_id: int, version: int | None, values: dict[str, Any], by: User
    ) -> Image:
        """Set `alt` or `position`; Stale when it was changed after `version` was read, if one
        was. The first picture that has its sizes is the cover."""
        with self.transaction():
            image = self._seen(isbn, image_id, version)
            before = _facts(image)
            for name in values.keys() & set(FIELDS):
                setattr(image, name, values[name])
            self.session.flush()
            if (after := _facts(image)) != before:
                self.audit.note(by, NOUN, image.id, "change", before, after)
            return image

    @retried
    def remove(self, isbn: str, image_id: int, version: int | None, by: User) -> None:
        """Take a picture away; a worker deletes those of its files that no other one needs."""
        with self.transaction():
            image = self._seen(isbn, image_id, version)
            self.outbox.put(Topic.UNUSED_FILES, f"unused-{image.id}", keys=image.keys)
            self.audit.note(by, NOUN, image.id, "delete", _all_facts(image), {})
            self.images.delete(image)

    def make_renditions(self, image_id: int) -> None:
        """Make every size of a picture and put them in place of the old ones. Safe to repeat; a
        picture that is gone meanwhile needs none."""
        try:
            image = self.get(image_id)
        except NotFound:
            return
        if image.state is ImageState.READY:
            return
        sizes = sizes_of(self.files.read(image.key))
        files = {rendition.key: data for rendition, data in sizes}
        self._keep(files)
        self._put_in_place(image_id, [rendition for rendition, _ in sizes])
        self._keep(files)

    def delete_unused(self, keys: Sequence[str]) -> None:
        """Delete those of these files that no picture needs. Safe to repeat."""
        for key in keys:
            if self._is_in_use(key) or not self.files.has(key):
                continue
            data = self.files.read(key)
            self.files.delete(key)
            if self._is_in_use(key):
                # The same picture has come again meanwhile.
                self.files.put(key, data)

    def file(self, key: str) -> bytes:
        """The bytes under a key; NotFound when there are none."""
        try:
            return self.files.read(key)
        except FileNotFoundError:
            raise NotFound() from None

    @retried
    def _attach(
        self, book_id: int, data: bytes, alt: str, position: int | None, by: User | None
    ) -> Image:
        picture = look_at(data)
        self._keep({picture.key: data})
        with self.transaction():
            self.images.take_turn(book_id)
            image = self.images.of_book(book_id, picture.key)
            if image is None:
                image = self._add(book_id, picture, alt, position)
                self.audit.note(by, NOUN, image.id, "create", {}, _all_facts(image))
                self.outbox.put(Topic.RENDITIONS, f"renditions-{image.id}", image_id=image.id)
        self._keep({picture.key: data})
        return image

    def _add(self, book_id: int, picture: Picture, alt: str, position: int | None) -> Image:
        return self.images.add(
            Image(
                book_id=book_id,
                key=picture.key,
                media_type=picture.media_type,
                width=picture.width,
                height=picture.height,
                alt=alt,
                position=self.images.next_position(book_id) if position is None else position,
                renditions=[],
            )
        )

    def _put_in_place(self, image_id: int, renditions: list[Rendition]) -> None:
        with self.transaction():
            image = self.images.locked(image_id)
            if image is None:
                keys = [rendition.key for rendition in renditions]
                self.outbox.put(Topic.UNUSED_FILES, f"unused-sizes-{image_id}", keys=keys)
            # Another worker may have been faster; its files are these files.
            elif image.state is not ImageState.READY:
                image.renditions = renditions
                image.state = ImageState.READY

    def _keep(self, files: dict[str, bytes]) -> None:
        """Before the transaction that names them, and after it: `delete_unused` may have come
        between."""
        for key, data in files.items():
            if not self.files.has(key):
                self.files.put(key, data)

    def _is_in_use(self, key: str) -> bool:
        with self.transaction():
            return self.images.is_in_use(key)

    def _book_id(self, isbn: str) -> int:
        """The book with this ISBN, given in any form."""
        try:
            digits = normalise(isbn)
        except ValueError:
            raise NotFound() from None
        return self.images.book_id(digits)

    def _one(self, isbn: str, image_id: int) -> Image:
        image = self.images.get(image_id)
        if image.book_id != self._book_id(isbn):
            raise NotFound()
        return image

    def _seen(self, isbn: str, image_id: int, version: int | None) -> Image:
        image = self._one(isbn, image_id)
        if version is not None and image.version != version:
            raise Stale()
        return image


def _facts(image: Image) -> dict[str, Any]:
    return {name: getattr(image, name) for name in FIELDS}


def _all_facts(image: Image) -> dict[str, Any]:
    return {"book_id": image.book_id, "key": image.key, **_facts(image)}
