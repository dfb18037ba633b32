"""Outlines of land and what grows on it."""

from collections.abc import Sequence
from itertools import pairwise
from math import pi, sin
from random import Random

from dev.demo.covers.colours import Colour, mix
from dev.demo.covers.palettes import Sky
from dev.demo.covers.sheet import WIDTH, Point, Sheet

_STEP = 5


def rolling(chance: Random, base: float, height: float, period: float = 520) -> list[Point]:
    """A soft outline about ``base``."""
    waves = [
        (height / 2 / (index + 1), period / (index * 0.8 + 1), chance.uniform(0, 2 * pi))
        for index in range(3)
    ]
    return [
        (x, base + sum(reach * sin(2 * pi * x / length + phase) for reach, length, phase in waves))
        for x in range(0, WIDTH + _STEP, _STEP)
    ]


def rugged(chance: Random, base: float, height: float) -> list[Point]:
    """A broken outline: halves displaced by less and less."""
    heights = [chance.uniform(-0.4, 0.4), chance.uniform(-1, 1), chance.uniform(-0.4, 0.4)]
    reach = 0.5
    while len(heights) < 129:
        middles = [
            (one + other) / 2 + chance.uniform(-reach, reach) for one, other in pairwise(heights)
        ]
        heights = [value for pair in zip(heights, middles, strict=False) for value in pair] + [
            heights[-1]
        ]
        reach *= 0.52
    step = WIDTH / (len(heights) - 1)
    return [(index * step, base - value * height) for index, value in enumerate(heights)]


def ranges(
    sheet: Sheet, sky: Sky, outlines: Sequence[Sequence[Point]], haze: float = 0.45
) -> list[Colour]:
    """Ranges one behind another, each paling into the haze at its foot."""
    colours = []
    for index, outline in enumerate(outlines):
        share = (index / (len(outlines) - 1)) ** 1.15 if len(outlines) > 1 else 1.0
        colour = mix(sky.far, sky.near, share)
        pale = mix(colour, sky.stops[2], haze * (1 - share))
        sheet.veil(outline, (colour, pale), 260)
        colours.append(colour)
    return colours


def height_at(outline: Sequence[Point], x: float) -> float:
    return min(outline, key=lambda point: abs(point[0] - x))[1]


def fir(sheet: Sheet, foot: Point, height: float, fill: Colour) -> None:
    """A fir of four skirts."""
    x, y = foot
    sheet.box((x - height * 0.02, y - height * 0.2, x + height * 0.02, y + 6), fill)
    for skirt in range(4):
        top = y - height + skirt * height * 0.2
        half = height * (0.09 + 0.055 * skirt)
        sheet.polygon(
            [(x, top), (x + half, top + height * 0.32), (x - half, top + height * 0.32)], fill
        )


def round_tree(sheet: Sheet, foot: Point, height: float, crown: Colour, trunk: Colour) -> None:
    x, y = foot
    sheet.box((x - height * 0.035, y - height * 0.6, x + height * 0.035, y + 4), trunk)
    sheet.disc((x, y - height * 0.66), height * 0.34, crown)


def house(sheet: Sheet, foot: Point, width: float, fill: Colour, window: Colour) -> None:
    """A small house with a chimney and one lit window."""
    x, y = foot
    half, wall = width / 2, width * 0.5
    sheet.box((x - half, y - wall, x + half, y + 8), fill)
    sheet.polygon([(x - half * 1.2, y - wall), (x, y - wall * 2), (x + half * 1.2, y - wall)], fill)
    sheet.box((x + half * 0.4, y - wall * 2.1, x + half * 0.65, y - wall), fill)
    sheet.box((x - half * 0.3, y - wall * 0.8, x + half * 0.1, y - wall * 0.35), window)


def stars(sheet: Sheet, chance: Random, count: int, lowest: float, fill: Colour) -> None:
    for _ in range(count):
        at = (chance.uniform(10, WIDTH - 10), chance.uniform(10, lowest))
        sheet.disc(at, chance.choice((0.8, 0.8, 1.2, 1.8)), fill)


def birds(sheet: Sheet, chance: Random, centre: Point, count: int, fill: Colour) -> None:
    """Far birds: two strokes each."""
    for _ in range(count):
        x = centre[0] + chance.uniform(-130, 130)
        y = centre[1] + chance.uniform(-60, 60)
        span = chance.uniform(10, 20)
        sheet.line([(x - span, y - span * 0.45), (x, y), (x + span, y - span * 0.5)], 2.2, fill)
