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
# Of one rendition: libaom takes 30 bytes for each pixel. A strip that is 20 times as high as wide,
# the longest that is taken, stays below the height that WebP allows with it.
MOST_PIXELS = 8_000_000
# A picture's own width is worth a file where it is this many percent of the one before.
WORTH = 115

# Up to which width in pixels, libaom's quality and speed. Speed 8 takes three times as long as 9
# and saves a fifth, which is worth it where a page shows dozens. Those of 360 pixels are mostly
# looked at with two pixels to a point, where coarser grain does not show.
AVIF = ((270, 42, 8), (460, 30, 8), (WIDTHS[-1], 40, 9))
# Methods above 2 take twice as long and save 3 %.
WEBP = {"quality": 70, "method": 2}
JPEG = {"quality": 75, "optimize": True}
# As crisp as Lanczos on lettering, with no rings around it that would have to be encoded too.
FILTER = Pillow.Resampling.HAMMING


def folder_of(key: str) -> str:
    """Where the renditions of the original with this key are. It does not tell the key."""
    digest = hashlib.sha256(f"{RECIPE} {key}".encode()).hexdigest()
    return f"sizes/{digest[:2]}/{digest[:32]}"


def widths_for(width: int, height: int = 1) -> list[int]:
    """The widths to be made of a picture of this size, one at least; none is wider than it."""
    widths = [each for each in WIDTHS if each <= width]
    if width < WIDTHS[-1] and (not widths or 100 * width > WORTH * widths[-1]):
        widths.append(width)
    fitting = [each for each in widths if each * height_for(each, width, height) <= MOST_PIXELS]
    return fitting or widths[:1]


def height_for(rendition: int, width: int, height: int) -> int:
    """How high a rendition of this width is."""
    return max(1, round(rendition * height / width))


def files_of(picture: Pillow.Image) -> Iterator[tuple[str, bytes]]:
    """A rendition in every format, with its ending."""
    quality, speed = next(how for most, *how in AVIF if picture.width <= most)
    avif = {"quality": quality, "speed": speed, "max_threads": 1}
    yield "avif", _encoded(picture, "AVIF", avif)
    yield "webp", _encoded(picture, "WEBP", WEBP)
    yield "jpg", _encoded(picture, "JPEG", JPEG)


def _encoded(picture: Pillow.Image, kind: str, how: Mapping[str, Any]) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()
