"""Roofs of a town, towers of a castle."""

from random import Random

from dev.demo.covers import land
from dev.demo.covers.colours import Colour, mix
from dev.demo.covers.countryside import heavens, is_dark
from dev.demo.covers.palettes import Sky
from dev.demo.covers.sheet import HEIGHT, WIDTH, Box, Point, Sheet


def city(sheet: Sheet, sky: Sky, chance: Random) -> None:
    """Roofs behind roofs, with some windows lit."""
    heavens(sheet, sky)
    if is_dark(sky):
        land.stars(sheet, chance, 40, 560, mix(sky.stops[1], sky.disc, 0.6))
    sheet.disc((chance.choice((220, 400, 580)), 640), 92, sky.disc)
    for row in range(4):
        colour = mix(sky.far, sky.near, row / 3)
        x = chance.uniform(-60, -10)
        while x < WIDTH:
            width = chance.uniform(58, 116) + row * 12
            top = 700 + row * 105 + chance.uniform(-60, 50)
            _building(sheet, chance, (x, top, x + width, HEIGHT), colour)
            _windows(sheet, sky, chance, (x, top, x + width, 1100), row)
            x += width
    sheet.box((0, 1080, WIDTH, HEIGHT), sky.near)


def _building(sheet: Sheet, chance: Random, box: Box, fill: Colour) -> None:
    left, top, right, _ = box
    sheet.box((left, top, right + 1, HEIGHT), fill)
    roof = chance.choice(("flat", "gable", "dome", "spire", "chimneys"))
    middle, half = (left + right) / 2, (right - left) / 2
    if roof == "gable":
        sheet.polygon([(left, top), (middle, top - half * 0.8), (right, top)], fill)
    elif roof == "dome":
        sheet.disc((middle, top), half * 0.62, fill)
        sheet.line([(middle, top), (middle, top - half * 1.1)], 3, fill)
    elif roof == "spire":
        tip = top - half * 2.2
        sheet.polygon([(middle - half * 0.3, top), (middle, tip), (middle + half * 0.3, top)], fill)
    elif roof == "chimneys":
        for share in (0.2, 0.72):
            x = left + (right - left) * share
            sheet.box((x, top - 26, x + 12, top), fill)


def _windows(sheet: Sheet, sky: Sky, chance: Random, box: Box, row: int) -> None:
    left, top, right, bottom = box
    size = 5 + row * 1.5
    y = top + 18
    while y < bottom:
        x = left + 12
        while x < right - 14:
            if chance.random() < 0.13:
                sheet.box((x, y, x + size, y + size * 1.5), mix(sky.disc, sky.far, 0.3 - row * 0.1))
            x += size * 2.6
        y += size * 3.2


def castle(sheet: Sheet, sky: Sky, chance: Random) -> None:
    """Towers on a crag before a great moon."""
    heavens(sheet, sky)
    if is_dark(sky):
        land.stars(sheet, chance, 50, 540, mix(sky.stops[1], sky.disc, 0.6))
    x = chance.choice((270.0, 400.0, 530.0))
    sheet.disc((x, 730), 168, sky.disc)
    land.ranges(sheet, sky, [land.rugged(chance, 880 + 60 * step, 80) for step in range(3)], 0.6)
    dark = mix(sky.near, sky.far, 0.12)
    crag = [
        (x - 300, 1200),
        (x - 130, 900),
        (x - 70, 840),
        (x + 80, 840),
        (x + 150, 920),
        (x + 330, 1200),
    ]
    sheet.polygon(crag, dark)
    for shift, width, top, pointed in (
        (-86, 40, 730, True),
        (-44, 34, 780, False),
        (-8, 48, 650, True),
        (40, 40, 766, False),
        (80, 36, 704, True),
    ):
        _tower(sheet, (x + shift, 900), (width, top), pointed, dark, sky.disc)
    land.birds(sheet, chance, (x + chance.choice((-60, 60)), 650), 7, dark)
    sheet.veil(land.rugged(chance, 1080, 60), (sky.near, sky.near), 220)


def _tower(
    sheet: Sheet, foot: Point, size: tuple[float, float], pointed: bool, fill: Colour, light: Colour
) -> None:
    (x, y), (width, top) = foot, size
    half = width / 2
    sheet.box((x - half, top, x + half, y), fill)
    if pointed:
        sheet.polygon([(x - half * 1.3, top), (x, top - width * 1.7), (x + half * 1.3, top)], fill)
    else:
        for step in (-1, -0.2, 0.6):
            sheet.box((x + step * half, top - 9, x + (step + 0.4) * half, top), fill)
    sheet.box((x - 3, top + 16, x + 3, top + 30), light)
