"""The sizes of a picture that pages use."""

from __future__ import annotations

import io

from PIL import Image as Pillow
from PIL import ImageOps

from shop.gateways.files import content_key
from shop.models import Rendition

WIDTHS = (160, 320, 640)
QUALITY = 82


def sizes_of(original: bytes) -> list[tuple[Rendition, bytes]]:
    """Each size, upright, with the bytes of its file; one at least."""
    upright = ImageOps.exif_transpose(Pillow.open(io.BytesIO(original))).convert("RGB")
    widths = [width for width in WIDTHS if width <= upright.width] or [upright.width]
    return [_size(upright, width) for width in widths]


def _size(picture: Pillow.Image, width: int) -> tuple[Rendition, bytes]:
    height = max(1, round(picture.height * width / picture.width))
    scaled = picture.resize((width, height), Pillow.Resampling.LANCZOS)
    out = io.BytesIO()
    scaled.save(out, "WEBP", quality=QUALITY, method=4)
    key = content_key(out.getvalue(), "webp")
    return Rendition(media_type="image/webp", width=width, height=height, key=key), out.getvalue()
