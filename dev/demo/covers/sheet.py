"""The sheet a cover is drawn on: shapes and type in cover units, printed as a JPEG.

Everything is drawn at twice the size and halved at the end, which smooths edges cheaply.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Literal

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from dev.demo.covers.colours import Colour, mix
from dev.demo.covers.setting import Block

WIDTH, HEIGHT = 800, 1200
MARGIN = 48  # no text comes nearer to an edge
SCALE = 2
_QUALITY = 88

Point = tuple[float, float]
Box = tuple[float, float, float, float]
Align = Literal["left", "centre", "right"]


@dataclass(frozen=True)
class Placed:
    """A text as it was set: what it is, its lines, its size and where its ink is."""

    role: str
    lines: tuple[str, ...]
    size: float
    box: Box
    colour: Colour


@dataclass
class Sheet:
    """A cover in the making."""

    ground: Colour
    placed: list[Placed] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), self.ground)
        self._pen = ImageDraw.Draw(self.image)

    def polygon(self, points: Iterable[Point], fill: Colour) -> None:
        self._pen.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=fill)

    def box(self, box: Box, fill: Colour) -> None:
        left, top, right, bottom = (value * SCALE for value in box)
        if left < right and top < bottom:
            self._pen.rectangle((left, top, max(left, right - 1), max(top, bottom - 1)), fill=fill)

    def frame(self, box: Box, width: float, fill: Colour) -> None:
        """An outline whose outer edge is the box."""
        left, top, right, bottom = (value * SCALE for value in box)
        outer = (left, top, right - 1, bottom - 1)
        self._pen.rectangle(outer, outline=fill, width=round(width * SCALE))

    def disc(self, centre: Point, radius: float, fill: Colour) -> None:
        self._pen.ellipse(_around(centre, radius), fill=fill)

    def oval(self, box: Box, fill: Colour) -> None:
        left, top, right, bottom = (value * SCALE for value in box)
        self._pen.ellipse((left, top, right, bottom), fill=fill)

    def ring(self, centre: Point, radius: float, width: float, fill: Colour) -> None:
        """A circle line whose outer edge has the radius."""
        self._pen.ellipse(_around(centre, radius), outline=fill, width=round(width * SCALE))

    def wedge(self, centre: Point, radius: float, start: float, end: float, fill: Colour) -> None:
        """A slice of a disc; degrees, clockwise from three o'clock."""
        self._pen.pieslice(_around(centre, radius), start, end, fill=fill)

    def line(self, points: Sequence[Point], width: float, fill: Colour) -> None:
        scaled = [(x * SCALE, y * SCALE) for x, y in points]
        self._pen.line(scaled, fill=fill, width=max(1, round(width * SCALE)), joint="curve")

    def fade(self, box: Box, stops: Sequence[Colour]) -> None:
        """A gradient from the top of the box to its bottom."""
        left, top, right, bottom = (round(value * SCALE) for value in box)
        column = _column(stops, bottom - top)
        size = (right - left, bottom - top)
        self.image.paste(column.resize(size, Image.Resampling.NEAREST), (left, top))

    def veil(self, outline: Sequence[Point], stops: Sequence[Colour], depth: float) -> None:
        """What lies under an outline from left to right, paling or darkening downwards."""
        top = min(y for _, y in outline)
        box = (0, max(0, top), WIDTH, min(HEIGHT, top + depth))
        left, above, right, below = (round(value * SCALE) for value in box)
        column = _column(stops, below - above)
        mask = Image.new("1", (right - left, below - above))
        points = [(x * SCALE, y * SCALE - above) for x, y in outline]
        floor = [(points[-1][0], below), (points[0][0], below)]
        ImageDraw.Draw(mask).polygon([*points, *floor], fill=1)
        self.image.paste(column.resize(mask.size, Image.Resampling.NEAREST), (left, above), mask)
        self.box((0, box[3], WIDTH, HEIGHT), stops[-1])

    def text(
        self, block: Block, at: Point, fill: Colour, role: str, align: Align = "centre"
    ) -> float:
        """Set a block with the first line's capitals at ``y``; answers where its height ends."""
        x, y = at
        baseline = y + block.spec.face.cap * block.size
        edges = []
        for line, width in zip(block.lines, block.widths, strict=True):
            start = x - width * {"left": 0.0, "centre": 0.5, "right": 1.0}[align]
            edges.append(self._line_of_type(block, line, (start, baseline), fill))
            baseline += block.spec.leading * block.size
        if edges:
            lefts, tops, rights, bottoms = zip(*edges, strict=True)
            ink = (min(lefts), min(tops), max(rights), max(bottoms))
            self.placed.append(Placed(role, block.lines, block.size, ink, fill))
        return y + block.height

    def _line_of_type(self, block: Block, line: str, at: Point, fill: Colour) -> Box:
        """Set one line glyph by glyph; the first stem stands exactly at ``x``."""
        spec, size = block.spec, block.size
        font = spec.face.at(round(size * SCALE))
        x = at[0] - spec.face.ink(line[0])[0] * size
        inks = []
        for here, after in zip(line, [*line[1:], ""], strict=True):
            self._pen.text((x * SCALE, at[1] * SCALE), here, fill=fill, font=font, anchor="ls")
            left, top, right, bottom = (value * size for value in spec.face.ink(here))
            inks.append((x + left, at[1] + top, x + right, at[1] + bottom))
            x += (spec.face.advance(here) + spec.face.kern(here, after) + spec.tracking) * size
        lefts, tops, rights, bottoms = zip(*inks, strict=True)
        return min(lefts), min(tops), max(rights), max(bottoms)

    def jpeg(self) -> bytes:
        """The cover as it is printed, on slightly uneven paper."""
        small = self.image.reduce(SCALE)
        printed = ImageChops.add(small, _paper(), scale=1, offset=-128)
        file = io.BytesIO()
        printed.save(file, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
        return file.getvalue()


def _around(centre: Point, radius: float) -> Box:
    x, y = centre
    reach = radius * SCALE
    return x * SCALE - reach, y * SCALE - reach, x * SCALE + reach, y * SCALE + reach


def _column(stops: Sequence[Colour], height: int) -> Image.Image:
    """A gradient one pixel wide."""
    column = Image.new("RGB", (1, height))
    column.putdata([_along(stops, y / max(1, height - 1)) for y in range(height)])
    return column


def _along(stops: Sequence[Colour], share: float) -> Colour:
    place = share * (len(stops) - 1)
    first = min(int(place), len(stops) - 2)
    return mix(stops[first], stops[first + 1], place - first)


@cache
def _paper() -> Image.Image:
    """Grain about mid grey, the same for every cover."""
    noise = Image.frombytes("L", (WIDTH, HEIGHT), Random("paper").randbytes(WIDTH * HEIGHT))
    soft = noise.filter(ImageFilter.BoxBlur(1))
    grain = soft.point([round(128 + (level - 128) * 0.09) for level in range(256)])
    return Image.merge("RGB", (grain, grain, grain))
