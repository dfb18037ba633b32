"""The sizes of a picture that pages use."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator

from PIL import Image as Pillow
from PIL import ImageOps

RECIPE = "1"
WIDTHS = (180, 360, 560, 800, 1200)


class Unreadable(Exception):
    """No size can be made of this."""


class Made:
    def __init__(self, picture: Pillow.Image) -> None:
        self.picture = picture
        self.width, self.height = picture.size
        self.colour = "#808080"
        self.widths = widths_for(picture.width)

    def files(self) -> Iterator[tuple[int, str, bytes]]:
        for width in self.widths:
            height = max(1, round(self.height * width / self.width))
            scaled = self.picture.resize((width, height), Pillow.Resampling.LANCZOS)
            for ending, kind in (("avif", "AVIF"), ("webp", "WEBP"), ("jpg", "JPEG")):
                out = io.BytesIO()
                scaled.save(out, kind)
                yield width, ending, out.getvalue()


def folder_of(key: str) -> str:
    digest = hashlib.sha256(f"{RECIPE} {key}".encode()).hexdigest()
    return f"sizes/{digest[:2]}/{digest[2:34]}"


def widths_for(width: int) -> list[int]:
    return [each for each in WIDTHS if each <= width] or [width]


def make(original: bytes) -> Made:
    try:
        picture = Pillow.open(io.BytesIO(original))
        return Made(ImageOps.exif_transpose(picture).convert("RGB"))
    except (OSError, ValueError, SyntaxError) as trouble:
        raise Unreadable(str(trouble)) from None
