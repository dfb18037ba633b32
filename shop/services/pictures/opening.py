"""What a file holds, found without unpacking any of it."""

from __future__ import annotations

import io

from flask_babel import lazy_gettext as _l
from PIL import Image as Pillow

from shop.services.pictures.kinds import kind_of
from shop.services.pictures.still import Still, Unreadable

MOST_PIXELS = 50_000_000
# No page has room for a longer strip.
MOST_SLENDER = 20


def still_of(data: bytes) -> Still:
    """The first picture in these bytes; Unreadable when there is none, or not one for the shop."""
    kind = kind_of(data)
    try:
        with Pillow.open(io.BytesIO(data), formats=(kind,)) as picture:
            exif = picture.getexif()
            still = Still(
                kind,
                data,
                *picture.size,
                exif.get(0x0112, 1),
                picture.info.get("icc_profile") or b"",
            )
    except Exception:
        raise Unreadable(_l("This picture is broken. Save it anew and send that.")) from None
    _check_size(*still.upright)
    return still


def _check_size(width: int, height: int) -> None:
    if not width or not height:
        raise Unreadable(_l("This picture is broken. Save it anew and send that."))
    if width * height > MOST_PIXELS:
        raise Unreadable(_l("This picture has more than 50 megapixels. Make it smaller first."))
    if max(width, height) > MOST_SLENDER * min(width, height):
        raise Unreadable(_l("One side of this picture is over 20 times the other. Crop it first."))
