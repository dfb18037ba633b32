"""Bound in cloth: a stamped pattern with a quiet panel for the words."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from dev.demo.covers import imprint, ornaments
from dev.demo.covers.colours import Colour, mix
from dev.demo.covers.faces import CORMORANT_BOLD
from dev.demo.covers.frame import MIDDLE, title_block
from dev.demo.covers.palettes import Inks
from dev.demo.covers.setting import Spec, fit
from dev.demo.covers.sheet import HEIGHT, WIDTH, Box, Point, Sheet
from dev.demo.covers.text import CoverText

_FIELD: Box = (48.0, 48.0, WIDTH - 48.0, 1088.0)  # what is stamped
Motif = Callable[[Sheet, Point, float, Colour], None]


def draw(cover: CoverText, inks: Inks, chance: Random) -> Sheet:
    sheet = Sheet(inks.paper)
    _weave(sheet, inks)
    _words(sheet, cover, inks, chance)
    sheet.frame((_FIELD[0] - 4, _FIELD[1] - 4, _FIELD[2] + 4, _FIELD[3] + 4), 4, inks.ink)
    return sheet


def _weave(sheet: Sheet, inks: Inks) -> None:
    """Threads: fine lines of the lighter cloth across, of the darker down."""
    light, dark = (mix(inks.paper, cloth, 0.5) for cloth in (inks.first, inks.second))
    for y in range(0, HEIGHT, 4):
        sheet.box((0, y, WIDTH, y + 1), light)
    for x in range(0, WIDTH, 4):
        sheet.box((x, 0, x + 1, HEIGHT), dark)


@dataclass(frozen=True)
class _Repeat:
    """A staggered repeat that fills the field exactly."""

    columns: int

    @property
    def across(self) -> float:
        return (_FIELD[2] - _FIELD[0]) / self.columns

    @property
    def down(self) -> float:
        return (_FIELD[3] - _FIELD[1]) / self.rows

    @property
    def rows(self) -> int:
        return round(self.columns * 1.1)

    @property
    def air(self) -> float:
        """From a motif's middle to where something else may begin."""
        return self.across * 0.34

    def rests(self) -> list[float]:
        """The heights of the rows of motifs."""
        return [_FIELD[1] + (row + 1) * self.down / 2 for row in range(self.rows * 2 - 1)]

    def centres(self) -> list[Point]:
        return [
            (_FIELD[0] + (column + 0.5 + row % 2 / 2) * self.across, y)
            for row, y in enumerate(self.rests())
            for column in range(self.columns - row % 2)
        ]

    def around(self, panel: Box) -> Box:
        """The panel grown up and down until it stands between two whole rows."""
        left, top, right, bottom = panel
        above = max(y for y in (_FIELD[1] - self.air, *self.rests()) if y + self.air <= top)
        below = min(y for y in (*self.rests(), _FIELD[3] + self.air) if y - self.air >= bottom)
        return left, above + self.air, right, below - self.air


def _pattern(sheet: Sheet, panel: Box, repeat: _Repeat, inks: Inks, chance: Random) -> None:
    motif: Motif = chance.choice((_cross, _tulip, _star, _sun, _drops, _fan))
    if chance.random() < 0.6:
        _lattice(sheet, repeat.across, repeat.down, inks)
    for centre in repeat.centres():
        if not _touches(centre, repeat.air - 1, panel):
            motif(sheet, centre, repeat.across, inks.ink)


def _touches(centre: Point, reach: float, box: Box) -> bool:
    x, y = centre
    left, top, right, bottom = box
    return left - reach < x < right + reach and top - reach < y < bottom + reach


def _lattice(sheet: Sheet, across: float, down: float, inks: Inks) -> None:
    """Ogees around the motifs."""
    left, top, right, bottom = map(round, _FIELD)
    for column in range(round((right - left) / across) + 1):
        for side in (-1, 1):
            points = [
                (left + column * across + side * across / 4 * _swell((y - top) / down), y)
                for y in range(top, bottom + 1, 6)
            ]
            inside = [(min(max(x, left), right), y) for x, y in points]
            sheet.line(inside, 1.6, inks.ink)


def _swell(turns: float) -> float:
    return 1 - math.cos(2 * math.pi * turns)


def _cross(sheet: Sheet, at: Point, step: float, fill: Colour) -> None:
    for turn in range(4):
        ornaments.leaf(sheet, at, step * 0.26, turn * 90 - 90, fill)
    for turn in range(4):
        ornaments.leaf(sheet, at, step * 0.15, turn * 90 - 45, fill)


def _tulip(sheet: Sheet, at: Point, step: float, fill: Colour) -> None:
    x, y = at
    for degrees in (-122, -90, -58):
        ornaments.leaf(sheet, (x, y + step * 0.05), step * 0.3, degrees, fill)
    sheet.line([(x, y), (x, y + step * 0.32)], 2, fill)
    for degrees in (-150, -30):
        ornaments.leaf(sheet, (x, y + step * 0.3), step * 0.2, degrees, fill)


def _star(sheet: Sheet, at: Point, step: float, fill: Colour) -> None:
    ornaments.star(sheet, at, step * 0.4, fill, 8)


def _sun(sheet: Sheet, at: Point, step: float, fill: Colour) -> None:
    sheet.ring(at, step * 0.12, 2, fill)
    for turn in range(12):
        angle = math.pi * turn / 6
        near, far = step * 0.16, step * (0.25 if turn % 2 else 0.21)
        ray = [
            (at[0] + reach * math.cos(angle), at[1] + reach * math.sin(angle))
            for reach in (near, far)
        ]
        sheet.line(ray, 2, fill)


def _drops(sheet: Sheet, at: Point, step: float, fill: Colour) -> None:
    ornaments.lozenge(sheet, at, step * 0.14, fill)
    for turn in range(6):
        angle = math.pi * turn / 3
        base = (at[0] + step * 0.08 * math.cos(angle), at[1] + step * 0.08 * math.sin(angle))
        ornaments.leaf(sheet, base, step * 0.18, turn * 60, fill)


def _fan(sheet: Sheet, at: Point, step: float, fill: Colour) -> None:
    base = (at[0], at[1] + step * 0.2)
    for degrees in range(-150, -29, 20):
        ornaments.leaf(sheet, base, step * 0.36, degrees, fill)


def _words(sheet: Sheet, cover: CoverText, inks: Inks, chance: Random) -> None:
    title = title_block(cover.headline, 470, 320, 104)
    author = fit(cover.byline, Spec(CORMORANT_BOLD, 32, 1.2, 0.1, True, 3), 450, 120)
    tail = fit(cover.tail, Spec(CORMORANT_BOLD, 30, 1.1, lines=3), 430, 100)
    height = title.height + author.height + 84 + (tail.height + 26 if tail.lines else 0)
    middle = chance.choice((440.0, 510.0))
    repeat = _Repeat(chance.choice((6, 7, 8)))
    half = height / 2 + 64
    panel = repeat.around((128.0, middle - half, WIDTH - 128.0, middle + half))
    _pattern(sheet, panel, repeat, inks, chance)
    _panel(sheet, panel, inks)
    y = (panel[1] + panel[3] - height) / 2
    y = sheet.text(title, (MIDDLE, y), inks.ink, "title")
    if tail.lines:
        y = sheet.text(tail, (MIDDLE, y + 26), inks.third, "subtitle")
    ornaments.rule(sheet, (MIDDLE, y + 46), 150, inks.ink)
    sheet.text(author, (MIDDLE, y + 84), inks.ink, "author")
    imprint.sign(sheet, cover.imprint, (MIDDLE, 1124), inks.ink)


def _panel(sheet: Sheet, box: Box, inks: Inks) -> None:
    left, top, right, bottom = box
    sheet.box(box, inks.paper)
    sheet.frame(box, 4, inks.ink)
    sheet.frame((left + 10, top + 10, right - 10, bottom - 10), 1.5, inks.ink)
