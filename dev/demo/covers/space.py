"""Between the worlds."""

from math import cos, pi, radians, sin
from random import Random

from dev.demo.covers import land
from dev.demo.covers.colours import Colour, mix
from dev.demo.covers.countryside import heavens
from dev.demo.covers.palettes import Sky
from dev.demo.covers.sheet import Point, Sheet


def space(sheet: Sheet, sky: Sky, chance: Random) -> None:
    """A planet with rings or moons above the edge of another."""
    heavens(sheet, sky, 1200)
    land.stars(sheet, chance, 230, 1180, mix(sky.stops[0], sky.disc, 0.8))
    centre = (chance.choice((300.0, 400.0, 500.0)), 720.0)
    for reach in (200, 255, 330):
        _orbit(sheet, centre, reach, mix(sky.stops[1], sky.disc, 0.45))
    ringed = chance.random() < 0.6
    gold = mix(sky.disc, sky.stops[2], 0.25)
    if ringed:
        _rings(sheet, centre, 128, gold, range(121))
    _globe(sheet, centre, 128, (sky.disc, mix(sky.disc, sky.stops[2], 0.75)), sky)
    if ringed:
        _rings(sheet, centre, 128, gold, range(61))
    for reach, degrees in ((200, 205), (255, 330), (330, 30)):
        angle = radians(degrees + chance.uniform(-20, 20))
        at = (centre[0] + reach * cos(angle), centre[1] + reach * 0.36 * sin(angle))
        sheet.disc(at, chance.choice((9, 13, 18)), mix(sky.disc, sky.far, 0.15))
    for step in range(14):
        glow = mix(sky.stops[2], sky.near, step / 13)
        sheet.disc((400, 1990 + step * 2.5), 940, glow)


def _globe(
    sheet: Sheet, centre: Point, radius: float, tints: tuple[Colour, Colour], sky: Sky
) -> None:
    """A ball lit from the upper left."""
    for step in range(26):
        share = step / 25
        shift = radius * 0.42 * share
        at = (centre[0] - shift * 0.8, centre[1] - shift)
        sheet.disc(
            at, radius * (1 - share * 0.62), mix(mix(tints[1], sky.near, 0.35), tints[0], share)
        )


def _orbit(sheet: Sheet, centre: Point, reach: float, fill: Colour) -> None:
    points = [
        (centre[0] + reach * cos(pi * step / 60), centre[1] + reach * 0.36 * sin(pi * step / 60))
        for step in range(121)
    ]
    sheet.line(points, 1.2, fill)


def _rings(sheet: Sheet, centre: Point, radius: float, fill: Colour, steps: range) -> None:
    """All of the rings, or only their near half."""
    for reach, width in ((1.45, 7), (1.62, 10), (1.78, 3)):
        points = [
            (
                centre[0] + radius * reach * cos(pi * step / 60),
                centre[1] + radius * reach * 0.3 * sin(pi * step / 60),
            )
            for step in steps
        ]
        sheet.line(points, width, fill)
