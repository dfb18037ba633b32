"""Engraved ornaments, each drawn within a circle."""

import math
from random import Random

from dev.demo.covers import ornaments
from dev.demo.covers.colours import Colour
from dev.demo.covers.faces import CORMORANT_BOLD
from dev.demo.covers.setting import Block, Spec
from dev.demo.covers.sheet import Point, Sheet

_FINE = 1.3


def around(centre: Point, reach: float, angle: float) -> Point:
    """The point at a distance and an angle in radians."""
    return centre[0] + reach * math.cos(angle), centre[1] + reach * math.sin(angle)


def rosette(sheet: Sheet, centre: Point, radius: float, fill: Colour, chance: Random) -> None:
    """Interlaced lines, as engraved by a geometric lathe."""
    lobes, copies = chance.choice(((6, 5), (8, 4), (7, 5), (5, 6), (9, 4), (12, 3)))
    depth = chance.uniform(0.2, 0.34)
    for copy in range(copies):
        phase = 2 * math.pi * copy / copies
        sheet.line(_lobed(centre, radius * (1 - depth), radius * depth, lobes, phase), _FINE, fill)
    for copy in range(3):
        phase = 2 * math.pi * copy / 3
        sheet.line(_lobed(centre, radius * 0.3, radius * 0.1, lobes, phase), _FINE, fill)
    ornaments.star(sheet, centre, radius * 0.24, fill, lobes)


def _lobed(centre: Point, radius: float, depth: float, lobes: int, phase: float) -> list[Point]:
    turns = (2 * math.pi * step / 180 for step in range(181))
    return [around(centre, radius + depth * math.cos(lobes * turn + phase), turn) for turn in turns]


def wreath(
    sheet: Sheet, centre: Point, radius: float, fill: Colour, chance: Random, letter: str
) -> None:
    """Two laurel branches about an initial."""
    for side in (-1, 1):
        stem = [around(centre, radius * 0.8, math.radians(90 - side * a)) for a in range(4, 164, 8)]
        sheet.line(stem, 1.8, fill)
        for step in range(1, len(stem), 2):
            _laurel(sheet, stem[step], 90 - side * (4 + 8 * step), side, radius, fill)
    spec = Spec(CORMORANT_BOLD, radius)
    size = radius * chance.choice((0.78, 0.9))
    block = Block(spec, (letter,), size)
    top = centre[1] - CORMORANT_BOLD.cap * size / 2
    sheet.text(block, (centre[0], top), fill, "initial")


def _laurel(
    sheet: Sheet, at: Point, degrees: float, side: int, radius: float, fill: Colour
) -> None:
    along = degrees - side * 90
    for spread in (-34, 34):
        ornaments.leaf(sheet, at, radius * 0.27, along + side * spread, fill)


def compass(sheet: Sheet, centre: Point, radius: float, fill: Colour, chance: Random) -> None:
    """A rose of the winds: each point half dark, half light."""
    sheet.ring(centre, radius * 0.62, _FINE, fill)
    sheet.ring(centre, radius * 0.56, _FINE, fill)
    for reach, offset in ((radius * 0.62, math.pi / 4), (radius, 0.0)):
        for point in range(4):
            _wind(sheet, centre, reach, offset + point * math.pi / 2, fill)
    if chance.random() < 0.5:
        sheet.disc(centre, radius * 0.09, sheet.ground)
        sheet.ring(centre, radius * 0.09, _FINE * 2, fill)


def _wind(sheet: Sheet, centre: Point, reach: float, angle: float, fill: Colour) -> None:
    tip = around(centre, reach, angle)
    left, right = (around(centre, reach * 0.24, angle + side * math.pi / 4) for side in (-1, 1))
    sheet.polygon([centre, left, tip, right], sheet.ground)
    sheet.polygon([centre, left, tip], fill)
    sheet.line([centre, right, tip, centre], _FINE, fill)


def tree(sheet: Sheet, centre: Point, radius: float, fill: Colour, chance: Random) -> None:
    """A tree with a leaf at every twig's end."""
    foot = (centre[0], centre[1] + radius)
    lean = chance.uniform(24, 34)
    _branch(sheet, foot, radius * 0.62, -90, 4, lean, fill)
    sheet.line([(foot[0] - radius * 0.5, foot[1]), (foot[0] + radius * 0.5, foot[1])], 2, fill)


def _branch(
    sheet: Sheet, foot: Point, length: float, degrees: float, left: int, lean: float, fill: Colour
) -> None:
    tip = around(foot, length, math.radians(degrees))
    sheet.line([foot, tip], 0.9 + 0.75 * left, fill)
    if left == 0:
        ornaments.leaf(sheet, tip, length * 0.95, degrees, fill)
        return
    for side in (-1, 0, 1):
        turn = degrees + side * lean
        _branch(sheet, tip, length * (0.62 if side else 0.7), turn, left - 1, lean * 1.08, fill)


def sunburst(sheet: Sheet, centre: Point, radius: float, fill: Colour, chance: Random) -> None:
    """A sun with straight and waving rays by turns."""
    rays = chance.choice((12, 16, 20))
    for ray in range(rays):
        angle = 2 * math.pi * ray / rays
        base = 0.16 if ray % 2 else 0.1
        tip = around(centre, radius * (1.0 if ray % 2 == 0 else 0.78), angle)
        foot = [around(centre, radius * 0.46, angle + side * base) for side in (-1, 1)]
        sheet.polygon([*foot, tip], fill)
    sheet.ring(centre, radius * 0.4, 2.4, fill)
    sheet.disc(centre, radius * 0.33, fill)
