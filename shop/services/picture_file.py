"""A file that somebody sends as a picture: whether it is one, and of which size."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from PIL import Image as Pillow

from shop.errors import Invalid
from shop.gateways.files import content_key

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


@dataclass(frozen=True)
class Picture:
    """`key` names it in the file store; width and height are pixels."""

    key: str
    media_type: str
    width: int
    height: int


def look_at(data: bytes) -> Picture:
    """What these bytes are; Invalid when the shop does not take them."""
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
    return Picture(content_key(data, ending), media_type, width, height)
