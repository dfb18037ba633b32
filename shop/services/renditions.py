"""The sizes of a picture that pages use: made by a worker, one picture after the other."""

from __future__ import annotations

import logging
import time

from shop.config import MediaStore
from shop.errors import FilesUnavailable, Unavailable
from shop.gateways.files import FileStore, FileStores
from shop.models import SIZE_TYPES, Image, Trouble
from shop.repositories.base import Sessions
from shop.repositories.images import ImageRepository
from shop.repositories.outbox import OutboxRepository
from shop.services.base import EntityBaseService, retried
from shop.services.outbox import Topic
from shop.services.pictures import Made, Unreadable, folder_of, make

logger = logging.getLogger(__name__)

# A picture that takes so many workers with it is not tried again by itself.
MOST_DEATHS = 3
# A try that goes on for longer has a slow store, and ends before somebody else begins another.
MOST_SECONDS = 90.0


class RenditionService(EntityBaseService[Image]):
    def __init__(
        self,
        session: Sessions,
        images: ImageRepository,
        outbox: OutboxRepository,
        stores: FileStores,
    ) -> None:
        super().__init__(session, images)
        self.images = images
        self.outbox = outbox
        self.stores = stores

    def make(self, image_id: int) -> None:
        """Make every size of a picture, and have pages show them. Safe to repeat.

        A picture that is gone meanwhile needs none. One that no size can be made of has failed,
        and says why; trouble of its store is raised, for another try.
        """
        image, tries = self._begin(image_id)
        if image is None or not tries:
            return
        if tries > MOST_DEATHS:
            logger.error("picture %s failed: workers died of it", image_id)
            self._give_up(image_id, Trouble.DEADLY)
            return
        try:
            self._make(image)
        except FileNotFoundError:
            logger.error(
                "picture %s failed: there is no %s in %s", image_id, image.key, image.store
            )
            self._give_up(image_id, Trouble.LOST)
        except Unreadable as trouble:
            logger.warning("picture %s failed: %s", image_id, trouble)
            self._give_up(image_id, Trouble.UNREADABLE)
        except Unavailable:
            self._note_trouble(image_id, Trouble.STORE)
            raise

    def _make(self, image: Image) -> None:
        # The session has one object for the picture, whatever it is like in the end.
        where, folder = image.store, folder_of(image.key)
        store = self.stores[where]
        made = make(store.read(image.key))
        keys = self._keep(image.id, store, folder, made)
        self._show(image.id, where, folder, made, keys)
        # Files that nobody needed may have been deleted until then.
        if not all(store.has(key) for key in keys):
            raise FilesUnavailable(f"sizes of picture {image.id} went while they were made")
        self._finish(image.id)

    def _keep(self, image_id: int, store: FileStore, folder: str, made: Made) -> list[str]:
        keys: list[str] = []
        too_late = time.monotonic() + MOST_SECONDS
        for width, ending, data in made.files():
            self._note_progress(image_id, len(keys) // len(SIZE_TYPES), len(made.widths))
            if time.monotonic() > too_late:
                raise FilesUnavailable(f"keeping the sizes of picture {image_id} takes too long")
            keys.append(f"{folder}/{width}.{ending}")
            store.put(keys[-1], data)
        return keys

    @retried
    def _begin(self, image_id: int) -> tuple[Image | None, int]:
        """The picture, and which try this is; 0 where all is made."""
        with self.transaction():
            image = self.images.locked(image_id)
            return image, image.begin_sizes() if image else 0

    @retried
    def _show(
        self, image_id: int, where: MediaStore, folder: str, made: Made, keys: list[str]
    ) -> None:
        with self.transaction():
            image = self.images.locked(image_id)
            if image is None:
                self.outbox.put(
                    Topic.UNUSED_FILES, f"unused-sizes-{image_id}", store=where, keys=keys
                )
                return
            if image.store is not where:
                raise FilesUnavailable(f"picture {image_id} was moved while its sizes were made")
            image.show(folder, made.widths, made.colour, made.width, made.height)

    @retried
    def _finish(self, image_id: int) -> None:
        with self.transaction():
            if image := self.images.locked(image_id):
                image.finish()

    def _note_progress(self, image_id: int, made: int, total: int) -> None:
        with self.transaction():
            self.images.note_progress(image_id, made, total)

    @retried
    def _give_up(self, image_id: int, trouble: Trouble) -> None:
        with self.transaction():
            if image := self.images.locked(image_id):
                image.give_up(trouble)

    @retried
    def _note_trouble(self, image_id: int, trouble: Trouble) -> None:
        with self.transaction():
            if image := self.images.locked(image_id):
                image.note_trouble(trouble)
