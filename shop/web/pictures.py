"""What a page says of a picture: its files for each kind of place, and its colour until it comes.

All in Python, since a page of the catalogue has two dozen of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from flask import Flask

from shop.models import SIZE_TYPES, Image
from shop.web.urls import media_url

# CSS pixels: what is good for a card on a telephone.
FALLBACK_WIDTH = 360
# Pixels; no file is wider.
WIDEST = 1200
# WCAG 2: relative luminance at which black and white are read equally well.
MIDDLE = 0.179


@dataclass(frozen=True)
class Place:
    """A kind of place on pages. `sizes` is how wide a picture is there, as CSS lays it out, or a
    little less where that saves a file; `most` is the widest file that is of any use, in pixels.

    Nobody sees more than two pixels to each of CSS's in print as fine as a telephone's: three are
    told two thirds of the width.
    """

    sizes: str
    most: int


PHONE = "(max-width: 40rem)"
FINE = "(max-width: 40rem) and (min-resolution: 2.5dppx)"
PLACES = {
    "grid": Place(
        f"{FINE} 29vw, {PHONE} calc(46vw - 0.5rem), (max-width: 60rem) 30vw,"
        " (max-width: 75rem) 22vw, 13rem",
        560,
    ),
    "shelf": Place(f"{FINE} 27vw, {PHONE} 40vw, 11rem", 560),
    "hero": Place("(max-width: 34rem) 29vw, 11rem", 360),
    "pick": Place("7.5rem", 360),
    "hand": Place("5.5rem", 180),
    "line": Place("4.5rem", 180),
    "row": Place("2rem", 180),
    "book": Place(
        f"{FINE} 46vw, (max-width: 26rem) 70vw, {PHONE} 18rem, (max-width: 64rem) 38vw, 24rem",
        800,
    ),
    "thumb": Place("4rem", 180),
    "staff": Place("9rem", 360),
    "tile": Place(f"{PHONE} 6rem, 16rem", 560),
}


@dataclass(frozen=True)
class Sources:
    """The files of a picture, for one kind of place: `srcset` by the ending of the files."""

    srcset: dict[str, str]
    src: str
    sizes: str


def sources(image: Image, place: str) -> Sources:
    """What stands in a picture element; `place` is one of PLACES, or `large`."""
    wanted = _whole_window(image) if place == "large" else PLACES[place]
    widths = [width for width in image.widths if width <= wanted.most] or image.widths[:1]
    return Sources(
        {ending: _srcset(image, widths, ending) for ending in SIZE_TYPES},
        _fallback(image, widths),
        wanted.sizes,
    )


def _whole_window(image: Image) -> Place:
    """As wide as a window has room for, and no higher than it."""
    share = round(88 * image.width / image.height, 1)
    return Place(f"(max-aspect-ratio: {image.width}/{image.height}) 96vw, {share}vh", WIDEST)


def _srcset(image: Image, widths: list[int], ending: str) -> str:
    return ", ".join(f"{media_url(image.size(width, ending))} {width}w" for width in widths)


def _fallback(image: Image, widths: list[int]) -> str:
    """For a browser that takes no srcset: the first that is wide enough, as JPEG."""
    wide = [width for width in widths if width >= FALLBACK_WIDTH]
    return media_url(image.size((wide or widths[-1:])[0], "jpg"))


@lru_cache(maxsize=4096)
def tone(colour: str) -> str:
    """The classes that paint a frame in about this `#rrggbb`, as the policy forbids a style: one
    for each channel, in 16 steps, and whether ink on it has to be black."""
    steps = [round(int(colour[at : at + 2], 16) / 17) for at in (1, 3, 5)]
    names = [f"{channel}-{step:x}" for channel, step in zip("rgb", steps, strict=True)]
    light = ["tone--light"] if _luminance(steps) > MIDDLE else []
    return " ".join(["tone", *light, *names])


def _luminance(steps: list[int]) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance, of channels in steps of 17."""
    parts = [step / 15 for step in steps]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def install(app: Flask) -> None:
    app.jinja_env.globals["sources"] = sources
    app.jinja_env.filters["tone"] = tone
