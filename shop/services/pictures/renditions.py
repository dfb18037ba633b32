"""The files that pages use, made of an original."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image as Pillow

from shop.services.pictures.colour import dominant
from shop.services.pictures.opening import still_of
from shop.services.pictures.pixels import picture_of
from shop.services.pictures.recipe import FILTER, files_of, height_for, widths_for


@dataclass(frozen=True)
class Made:
    """What comes of an original. `width` and `height` are its own, upright; `widths` those of the
    renditions, ascending; `colour` is "#rrggbb"."""

    width: int
    height: int
    colour: str
    widths: list[int]
    largest: Pillow.Image

    def files(self) -> Iterator[tuple[int, str, bytes]]:
        """Width, ending and bytes of each file, made when it is asked for; the largest first."""
        for width in reversed(self.widths):
            size = (width, height_for(width, self.width, self.height))
            for ending, data in files_of(self.largest.resize(size, FILTER)):
                yield width, ending, data


def make(original: bytes) -> Made:
    """Decode an original; Unreadable when it cannot be. Its files are made one by one, later."""
    still = still_of(original)
    width, height = still.upright
    widths = widths_for(width, height)
    size = (widths[-1], height_for(widths[-1], width, height))
    largest = picture_of(still, *size).resize(size, FILTER)
    return Made(width, height, dominant(largest), widths, largest)
