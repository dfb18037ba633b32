"""Patterned paper over boards with a label pasted on it."""

from collections.abc import Callable
from dataclasses import replace
from math import pi, sin
from random import Random

from dev.demo.covers import imprint, ornaments
from dev.demo.covers.colours import mix
from dev.demo.covers.faces import CORMORANT, CORMORANT_BOLD, CORMORANT_ITALIC
from dev.demo.covers.frame import MIDDLE, title_block
from dev.demo.covers.palettes import Inks
from dev.demo.covers.setting import Spec, fit
from dev.demo.covers.sheet import HEIGHT, WIDTH, Box, Sheet
from dev.demo.covers.text import CoverText

Pattern = Callable[[Sheet, Inks, Random], None]


def draw(cover: CoverText, inks: Inks, chance: Random) -> Sheet:
    sheet = Sheet(inks.first)
    muted = replace(inks, second=mix(inks.first, inks.second, 0.75))
    pattern: Pattern = chance.choice(
        (_scales, _triangles, _waves, _rain, _tiles, _feathers, _lozenges, _stripes)
    )
    pattern(sheet, muted, chance)
    _label(sheet, cover, inks, chance)
    return sheet


def _label(sheet: Sheet, cover: CoverText, inks: Inks, chance: Random) -> None:
    title = title_block(cover.headline, 450, 330, 96)
    author = fit(cover.byline, Spec(CORMORANT, 40, 1.15, lines=3), 440, 130)
    tail = fit(cover.tail, Spec(CORMORANT_ITALIC, 32, 1.12, lines=3), 420, 110)
    height = author.height + 78 + title.height + (24 + tail.height if tail.lines else 0)
    middle = chance.choice((400.0, 470.0))
    box = (132.0, middle - height / 2 - 70, WIDTH - 132.0, middle + height / 2 + 70)
    _paste(sheet, box, inks)
    y = sheet.text(author, (MIDDLE, box[1] + 70), inks.ink, "author")
    ornaments.rule(sheet, (MIDDLE, y + 34), 120, inks.first)
    y = sheet.text(title, (MIDDLE, y + 78), inks.ink, "title")
    sheet.text(tail, (MIDDLE, y + 24), inks.first, "subtitle")
    _foot(sheet, cover, inks)


def _paste(sheet: Sheet, box: Box, inks: Inks) -> None:
    """A label with the shadow of its thickness."""
    left, top, right, bottom = box
    shade = mix(inks.third, inks.ink, 0.5)
    sheet.box((left + 3, top + 4, right + 4, bottom + 5), shade)
    sheet.box(box, inks.paper)
    sheet.frame((left + 14, top + 14, right - 14, bottom - 14), 3, inks.first)
    sheet.frame((left + 21, top + 21, right - 21, bottom - 21), 1, inks.first)


def _foot(sheet: Sheet, cover: CoverText, inks: Inks) -> None:
    """A slip of the same paper along the foot."""
    sheet.box((0, 1070, WIDTH, 1138), inks.paper)
    if not cover.series:
        imprint.sign(sheet, cover.imprint, (MIDDLE, 1104), inks.ink, room=560)
        return
    imprint.sign(sheet, cover.imprint, (56, 1104), inks.ink, "left", room=270)
    block = imprint.line(cover.series, CORMORANT_BOLD, 25, 340, 0.12)
    top = 1104 - block.spec.face.cap * block.size / 2
    sheet.text(block, (WIDTH - 56, top), inks.first, "series", "right")


def _scales(sheet: Sheet, inks: Inks, chance: Random) -> None:
    """Overlapping round scales."""
    radius = chance.choice((57.2, 66.7, 80.0))
    rings = [(1.0, inks.second), (0.94, inks.first), (0.62, inks.second), (0.56, inks.third)]
    for row in range(-1, round(HEIGHT / radius * 2) + 3):
        for column in range(round(WIDTH / radius / 2) + 2):
            centre = ((column * 2 + row % 2 - 1) * radius, row * radius / 2)
            for share, colour in rings:
                sheet.disc(centre, radius * share, colour)


def _triangles(sheet: Sheet, inks: Inks, chance: Random) -> None:
    side = WIDTH / chance.choice((6, 8))
    tints = [mix(inks.first, inks.third, 0.7), inks.first, mix(inks.first, inks.second, 0.4)]
    for row in range(round(HEIGHT / side * 2) + 1):
        for column in range(round(WIDTH / side) * 2 + 2):
            x, y = (column - 1) * side / 2, row * side / 2
            up = (row + column) % 2
            near, far = (y, y + side / 2) if up else (y + side / 2, y)
            points = [(x, far), (x + side / 2, near), (x + side, far)]
            sheet.polygon(points, chance.choice(tints))


def _waves(sheet: Sheet, inks: Inks, chance: Random) -> None:
    """Lines of a slow wave, every fourth one dark."""
    period, depth = chance.choice(((200.0, 12.0), (400.0, 26.0), (800.0, 48.0)))
    soft = mix(inks.first, inks.second, 0.6)
    for index, y in enumerate(range(-60, HEIGHT + 60, 24)):
        path = [(x, y + depth * sin(2 * pi * x / period)) for x in range(0, WIDTH + 1, 8)]
        sheet.line(path, 6 if index % 4 else 9, soft if index % 4 else inks.third)


def _lozenges(sheet: Sheet, inks: Inks, chance: Random) -> None:
    """A diaper of lozenges with a smaller one in each."""
    side = WIDTH / chance.choice((8, 10))
    soft = mix(inks.first, inks.second, 0.6)
    for row in range(round(HEIGHT / side * 1.4) + 2):
        for column in range(round(WIDTH / side) + 2):
            centre = ((column + row % 2 / 2 - 0.5) * side, row * side * 0.735)
            ornaments.lozenge(sheet, centre, side * 1.3, inks.third if row % 2 else soft)
            ornaments.lozenge(sheet, centre, side * 1.06, inks.first)
            ornaments.lozenge(sheet, centre, side * 0.34, soft if row % 2 else inks.third)


def _stripes(sheet: Sheet, inks: Inks, chance: Random) -> None:
    """Upright stripes of several widths, alike from the middle outwards."""
    soft = mix(inks.first, inks.second, 0.5)
    bands = [(chance.choice((8, 14, 26, 40)), chance.choice((soft, inks.third))) for _ in range(4)]
    x, index = 0.0, 0
    while x < WIDTH / 2:
        width, colour = bands[index % 4]
        for left in (WIDTH / 2 + x, WIDTH / 2 - x - width):
            sheet.box((left, 0, left + width, HEIGHT), colour)
        x, index = x + width + 18, index + 1


def _rain(sheet: Sheet, inks: Inks, chance: Random) -> None:
    """Short slanting strokes in rows."""
    slant = chance.choice((-1, 1)) * 9
    for row, y in enumerate(range(-30, HEIGHT + 30, 42)):
        for column, x in enumerate(range(-30, WIDTH + 30, 34)):
            shift = 17 if row % 2 else 0
            colour = inks.third if (row + column) % 5 == 0 else inks.second
            sheet.line([(x + shift - slant, y), (x + shift + slant, y + 30)], 6, colour)


def _tiles(sheet: Sheet, inks: Inks, chance: Random) -> None:
    """Quarter circles that meet at random in rings and ribbons."""
    side = WIDTH / chance.choice((8, 10))
    for row in range(round(HEIGHT / side) + 1):
        for column in range(round(WIDTH / side)):
            x, y = column * side, row * side
            flip = chance.random() < 0.5
            corners = ((x, y), (x + side, y + side)) if flip else ((x + side, y), (x, y + side))
            starts = (0, 180) if flip else (90, 270)
            for corner, start in zip(corners, starts, strict=True):
                sheet.wedge(corner, side * 0.62, start, start + 90, inks.second)
                sheet.wedge(corner, side * 0.38, start, start + 90, inks.first)


def _feathers(sheet: Sheet, inks: Inks, chance: Random) -> None:
    """Combed paste paper: columns of arcs drawn up and down by turns."""
    width = WIDTH / chance.choice((5, 8))
    for column in range(round(WIDTH / width)):
        upward = 1 if column % 2 else -1
        for index, y in enumerate(range(-120, HEIGHT + 140, 18)):
            tint = (inks.second, inks.first, inks.third, inks.first)[index % 4]
            points = [
                (column * width + width * step / 12, y + upward * 46 * sin(pi * step / 12))
                for step in range(13)
            ]
            sheet.line(points, 9, tint)
