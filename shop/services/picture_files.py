"""The files of pictures: which are shown, which nobody needs, and moving them to another store."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice, product

from flask_babel import lazy_gettext as _l

from shop.config import MediaStore
from shop.errors import Conflict, FilesUnavailable, NotFound
from shop.gateways.files import FileStores, Stored
from shop.models import Image
from shop.models.columns import utcnow
from shop.repositories.base import Sessions
from shop.repositories.images import ImageRepository
from shop.services.base import EntityBaseService, Turn, retried

logger = logging.getLogger(__name__)

# A file is put before the picture that needs it is noted, and pages that somebody has open need
# what is of before.
GRACE = timedelta(days=1)
BATCH = 100
# Keys begin with one of these, behind SIZES or not.
SHARDS = tuple(f"{number:02x}" for number in range(256))
SIZES = "sizes/"


@dataclass
class Move:
    """What came of one run. `lost` are ids of pictures that have files missing where they are."""

    moved: int = 0
    lost: list[int] = field(default_factory=list)


class PictureFileService(EntityBaseService[Image]):
    def __init__(self, session: Sessions, images: ImageRepository, stores: FileStores) -> None:
        super().__init__(session, images)
        self.images = images
        self.stores = stores

    def shown(self, key: str) -> bytes | str:
        """What a browser gets that asks the shop for a size of a picture: the bytes, or the
        address to go on to. NotFound where there is none."""
        if not key.startswith(SIZES):
            raise NotFound()
        trouble: FilesUnavailable | None = None
        for name in self.stores:
            try:
                return self.stores[name].link(key) or self.stores[name].read(key)
            except FileNotFoundError:
                continue
            except FilesUnavailable as away:
                # Another store may have it.
                trouble = away
        raise trouble or NotFound()

    def delete_unused(self, store: MediaStore, keys: Sequence[str]) -> int:
        """Delete those of these files that no picture of the store needs; answers how many. Safe
        to repeat."""
        if store not in self.stores:
            return 0
        files, deleted = self.stores[store], 0
        for key in set(keys) - self._needed(store, keys):
            try:
                data = files.read(key)
            except FileNotFoundError:
                continue
            files.delete(key)
            if self._needed(store, [key]):
                # The same picture has come again meanwhile.
                files.put(key, data)
            else:
                deleted += 1
        return deleted

    def sweep(self, shards: Sequence[str] = SHARDS, turn: Turn | None = None) -> int:
        """Delete files that no picture needs and that are a day old; answers how many.

        `shards` are the first two letters of what is looked at; what is left when the turn is
        over is left to the next day's.
        """
        deleted = 0
        for store, shard in product(self.stores, shards):
            for prefix in (f"{shard}/", f"{SIZES}{shard}/"):
                for batch in _batches(self._old(store, prefix)):
                    if turn and turn.is_over:
                        return deleted
                    deleted += self.delete_unused(store, [each.key for each in batch])
        return deleted

    def sweep_part(self, hour: int, turn: Turn) -> int:
        """Sweep one of the 24 parts, so that a day sees all of them."""
        return self.sweep(SHARDS[hour % 24 :: 24], turn)

    def move(self, to: MediaStore, tell: Callable[[Move], None]) -> Move:
        """Move every picture to a store, one after the other: copy, compare, and have pages take
        it from there. Tells after each what was done so far; can be ended and begun again.

        The files that were copied stay where they were for a day. Conflict where there is no such
        store.
        """
        if to not in self.stores:
            raise Conflict(_l("This store is not configured."))
        done, after = Move(), 0
        while ids := self._elsewhere(to, after):
            for image_id in ids:
                self._move(image_id, to, done)
                tell(done)
            after = ids[-1]
        return done

    def check(self, tell: Callable[[Image, list[str]], None]) -> None:
        """Tell every picture, with those of its files that its store has not."""
        after = 0
        while ids := self._ids(after):
            with self.transaction():
                images = self.images.by_ids(ids)
            for image in images.values():
                store = self.stores[image.store]
                tell(image, [key for key in image.keys if not store.has(key)])
            after = ids[-1]

    def _move(self, image_id: int, to: MediaStore, done: Move) -> None:
        # Sizes that a worker made meanwhile are copied in another round.
        while (image := self._now(image_id)) and image.store is not to:
            # The session has one object for the picture, whatever it is like by then.
            store, keys = image.store, image.keys
            try:
                self._copy(keys, store, to)
            except FileNotFoundError as missing:
                if self._now(image_id):
                    logger.error("picture %s stays in %s, without %s", image_id, store, missing)
                    done.lost.append(image_id)
                return
            if self._switch(image_id, keys, store, to):
                done.moved += 1
                # Once more: what was there already may have been deleted between the two.
                self._copy(keys, store, to)

    def _copy(self, keys: Sequence[str], store: MediaStore, to: MediaStore) -> None:
        source, target = self.stores[store], self.stores[to]
        for key in keys:
            data = source.read(key)
            if not target.has(key) or target.read(key) != data:
                target.put(key, data)
                if target.read(key) != data:
                    raise FilesUnavailable(f"{to} gives back something else than {key}")

    @retried
    def _switch(
        self, image_id: int, copied: Sequence[str], store: MediaStore, to: MediaStore
    ) -> bool:
        """Whether the picture is what has been copied, and is now kept there."""
        with self.transaction():
            image = self.images.locked(image_id)
            if image is None or image.keys != copied or image.store is not store:
                return False
            image.move(to)
            return True

    def _now(self, image_id: int) -> Image | None:
        with self.transaction():
            return self.images.by_ids([image_id]).get(image_id)

    def _elsewhere(self, store: MediaStore, after: int) -> Sequence[int]:
        with self.transaction():
            return self.images.elsewhere(store, after, BATCH)

    def _ids(self, after: int) -> Sequence[int]:
        with self.transaction():
            return self.images.ids_after(after, BATCH)

    def _needed(self, store: MediaStore, keys: Sequence[str]) -> set[str]:
        with self.transaction():
            return self.images.needed(store, keys, utcnow() - GRACE)

    def _old(self, store: MediaStore, prefix: str) -> Iterator[Stored]:
        until = utcnow() - GRACE
        return (each for each in self.stores[store].walk(prefix) if each.changed_at < until)


def _batches(files: Iterator[Stored]) -> Iterator[list[Stored]]:
    while batch := list(islice(files, BATCH)):
        yield batch
