"""Pictures of books: checked, kept, and made into the sizes that pages use."""

from __future__ import annotations

import io
import struct

from flask_babel import lazy_gettext as _l
from PIL import Image as Pillow
from PIL import ImageOps

from shop.errors import Invalid, NotFound
from shop.gateways.files import FileStore, content_key
from shop.models import Image, ImageState, Rendition
from shop.repositories.base import Sessions
from shop.repositories.images import ImageRepository
from shop.repositories.outbox import OutboxRepository
from shop.services.base import EntityBaseService
from shop.services.outbox import Topic

WIDTHS = (160, 320, 640)
QUALITY = 82
# Endings and media types of the originals that are taken.
FORMATS = {
    "JPEG": ("jpg", "image/jpeg"),
    "PNG": ("png", "image/png"),
    "WEBP": ("webp", "image/webp"),
}
MOST_BYTES = 20 * 2**20
MOST_PIXELS = 50_000_000
# A longer strip of 640 pixels' width is more than WebP's 16383 high.
MOST_SLENDER = 20
# Pillow's limit is higher, only warns at first, and says nothing that a person could use.
Pillow.MAX_IMAGE_PIXELS = None


class ImageService(EntityBaseService[Image]):
    def __init__(
        self,
        session: Sessions,
        images: ImageRepository,
        outbox: OutboxRepository,
        files: FileStore,
    ) -> None:
        super().__init__(session, images)
        self.images = images
        self.outbox = outbox
        self.files = files

    def attach_cover(self, book_id: int, data: bytes, alt: str) -> Image:
        """Keep a picture of a book; a worker makes its sizes. The same one again is one picture.

        Invalid when it is not a JPEG, PNG or WebP picture of at most 50 megapixels and 20 MiB.
        """
        ending, media_type, width, height = _check(data)
        key = content_key(data, ending)
        self.files.put(key, data)
        with self.transaction():
            image = self.images.of_book(book_id, key)
            if image is None:
                image = self.images.add(
                    Image(
                        book_id=book_id,
                        key=key,
                        media_type=media_type,
                        width=width,
                        height=height,
                        alt=alt,
                    )
                )
                self.outbox.put(Topic.RENDITIONS, f"renditions-{image.id}", image_id=image.id)
            return image

    def make_renditions(self, image_id: int) -> None:
        """Make every size of a picture and put them in place of the old ones. Safe to repeat."""
        image = self.get(image_id)
        if image.state is ImageState.READY:
            return
        original = Pillow.open(io.BytesIO(self.files.read(image.key)))
        upright = ImageOps.exif_transpose(original).convert("RGB")
        widths = [width for width in WIDTHS if width <= upright.width] or [upright.width]
        made = [self._rendition(upright, width) for width in widths]
        with self.transaction():
            image = self.images.locked(image_id)
            if image.state is ImageState.READY:
                # Another worker was faster; its files are these files.
                return
            image.renditions = made
            image.state = ImageState.READY

    def file(self, key: str) -> bytes:
        """The bytes under a key; NotFound when there are none."""
        try:
            return self.files.read(key)
        except FileNotFoundError:
            raise NotFound() from None

    def _rendition(self, picture: Pillow.Image, width: int) -> Rendition:
        height = max(1, round(picture.height * width / picture.width))
        scaled = picture.resize((width, height), Pillow.Resampling.LANCZOS)
        out = io.BytesIO()
        scaled.save(out, "WEBP", quality=QUALITY, method=4)
        key = content_key(out.getvalue(), "webp")
        self.files.put(key, out.getvalue())
        return Rendition(media_type="image/webp", width=width, height=height, key=key)


def _check(data: bytes) -> tuple[str, str, int, int]:
    """Ending, media type, width and height of a picture that the shop takes."""
    if len(data) > MOST_BYTES:
        raise Invalid(_l("This picture is larger than 20 MiB."))
    try:
        with Pillow.open(io.BytesIO(data), formats=tuple(FORMATS)) as picture:
            # A JPEG with several frames, as phones make them, has a name of its own.
            kind = "JPEG" if picture.format == "MPO" else str(picture.format)
            ending, media_type = FORMATS[kind]
            width, height = picture.size
            if width * height > MOST_PIXELS:
                raise Invalid(_l("This picture has more than 50 megapixels."))
            if max(width, height) > MOST_SLENDER * min(width, height):
                raise Invalid(_l("One side of this picture is over 20 times the other."))
            # Only reading it to its end tells that it is whole. A JPEG can be read small.
            picture.draft(None, (1, 1))
            picture.load()
            picture.getexif()
    except (OSError, SyntaxError, ValueError, TypeError, EOFError, struct.error):
        raise Invalid(_l("This is not a JPEG, PNG or WebP picture.")) from None
    return ending, media_type, width, height
