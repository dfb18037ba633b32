"""The recipe: which widths and files are made of every picture, how good, and where they lie.

Whoever changes anything of it that shows in the files gives it a new name: renditions are kept
by browsers for ever, so other bytes need another address.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping
from typing import Any

from PIL import Image as Pillow

RECIPE = "1"
# Pixels.
WIDTHS = (180, 360, 560, 800, 1200)
# WebP's own limit; nothing else here has a lower one.
MOST_HEIGHT = 16_383
# A picture's own width is worth a file where the one before is this much narrower.
WORTH = 1.15

_AVIF = {"speed": 8, "max_threads": 1}
_WEBP = {"quality": 75, "method": 2}
_JPEG = {"quality": 78, "optimize": True, "progressive": True}


def folder_of(key: str) -> str:
    """Where the renditions of the original with this key are. It does not tell the key."""
    digest = hashlib.sha256(f"{RECIPE} {key}".encode()).hexdigest()
    return f"sizes/{digest[:2]}/{digest[:32]}"


def widths_for(width: int, height: int = 1) -> list[int]:
    """The widths to be made of a picture of this size, one at least; none is wider than it."""
    widths = [each for each in WIDTHS if each <= width]
    if width < WIDTHS[-1] and (not widths or width > WORTH * widths[-1]):
        widths.append(width)
    return [each for each in widths if height_for(each, width, height) <= MOST_HEIGHT]


def height_for(rendition: int, width: int, height: int) -> int:
    """How high a rendition of this width is."""
    return max(1, round(rendition * height / width))


def files_of(picture: Pillow.Image) -> Iterator[tuple[str, bytes]]:
    """A rendition in every format, with its ending."""
    yield "avif", _encoded(picture, "AVIF", {"quality": 50, **_AVIF})
    yield "webp", _encoded(picture, "WEBP", _WEBP)
    yield "jpg", _encoded(picture, "JPEG", _JPEG)


def _encoded(picture: Pillow.Image, kind: str, how: Mapping[str, Any]) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()
