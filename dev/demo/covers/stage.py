"""A theatre's stage."""

from math import cos, pi
from random import Random

from dev.demo.covers.colours import mix
from dev.demo.covers.countryside import heavens
from dev.demo.covers.palettes import Sky
from dev.demo.covers.sheet import HEIGHT, WIDTH, Point, Sheet


def stage(sheet: Sheet, sky: Sky, chance: Random) -> None:
    """Curtains drawn back from a stage with one thing on it."""
    heavens(sheet, sky, 1000)
    sheet.disc((400, 770), chance.choice((150, 180)), sky.disc)
    sheet.veil([(0, 960), (WIDTH, 960)], (mix(sky.near, sky.far, 0.5), sky.near), 130)
    thing = chance.choice((_chair, _lamp, _door))
    thing(sheet, (400 + chance.choice((-50, 0, 50)), 1000), sky, chance.choice((-1, 1)))
    for side in (-1, 1):
        _curtain(sheet, sky, side)
    for x in range(0, WIDTH, 100):
        cloth = mix(sky.near, sky.stops[2], 0.5 if x // 100 % 2 else 0.36)
        sheet.wedge((x + 50, 0), 58, 0, 180, cloth)


def _chair(sheet: Sheet, foot: Point, sky: Sky, side: int) -> None:
    """A chair, seen from its side."""
    x, y = foot
    fill = sky.near
    sheet.box((x - 46, y - 92, x + 46, y - 82), fill)
    sheet.line([(x - side * 40, y - 86), (x - side * 56, y)], 7, fill)
    sheet.line([(x + side * 38, y - 86), (x + side * 46, y)], 7, fill)
    back = [(x - side * 42, y - 86), (x - side * 56, y - 160), (x - side * 58, y - 214)]
    sheet.line(back, 8, fill)
    sheet.line([(x - side * 48, y - 40), (x + side * 42, y - 40)], 4, fill)
    sheet.disc((x - side * 58, y - 214), 7, fill)


def _lamp(sheet: Sheet, foot: Point, sky: Sky, side: int) -> None:
    """The bare lamp that is left burning on an empty stage."""
    x, y = foot
    sheet.line([(x, y), (x, y - 250)], 6, sky.near)
    for turn in (-1, 0, 1):
        sheet.line([(x, y - 16), (x + turn * 46, y + 4)], 6, sky.near)
    cage = [(x - 24, y - 306), (x - 12, y - 250), (x + 12, y - 250), (x + 24, y - 306)]
    sheet.polygon(cage, sky.near)
    sheet.disc((x + side, y - 284), 12, sky.ink)


def _door(sheet: Sheet, foot: Point, sky: Sky, side: int) -> None:
    """A door ajar; light falls through it."""
    x, y = foot
    sheet.box((x - 76, y - 292, x + 76, y - 30), sky.near)
    sheet.box((x - 60, y - 276, x + 60, y - 30), sky.disc)
    hinge, edge = x + side * 60, x - side * 10
    leaf = [(hinge, y - 276), (edge, y - 250), (edge, y - 6), (hinge, y - 30)]
    sheet.polygon(leaf, mix(sky.near, sky.far, 0.35))
    sheet.disc((edge + side * 10, y - 126), 5, sky.disc)
    spill = [
        (x - side * 60, y - 30),
        (edge, y - 20),
        (x - side * 70, y + 66),
        (x - side * 190, y + 66),
    ]
    sheet.polygon(spill, mix(sky.disc, sky.near, 0.35))


def _curtain(sheet: Sheet, sky: Sky, side: int) -> None:
    folds = 7
    for fold in range(folds):
        share = fold / folds
        tint = mix(sky.near, sky.stops[2], 0.2 + 0.36 * (fold % 2) + 0.03 * fold)
        outer = [_hem(side, share, y) for y in range(0, HEIGHT + 1, 20)]
        inner = [_hem(side, share + 1 / folds, y) for y in range(HEIGHT, -1, -20)]
        sheet.polygon([*outer, *inner], tint)


def _hem(side: int, share: float, y: float) -> Point:
    """A fold's edge: wide at the top, gathered at two thirds of the height, falling free below."""
    gather = 0.62 + 0.38 * abs(cos(pi * min(y, 1040) / 1560)) ** 1.5
    width = 128 * gather if y < 780 else 128 * gather * (1 + (y - 780) / 2400)
    x = share * width
    return (x, float(y)) if side < 0 else (WIDTH - x, float(y))
