"""Pictures in lines of swelling thickness, as a graver cuts them."""

from collections.abc import Callable, Sequence
from math import cos, hypot, pi, radians, sin
from random import Random

from dev.demo.covers import land, vignettes
from dev.demo.covers.colours import Colour
from dev.demo.covers.sheet import Box, Point, Sheet

Swell = Callable[[float, float], float]


def stroke(sheet: Sheet, path: Sequence[Point], swell: Swell, fill: Colour) -> None:
    """A line whose thickness at each point is what ``swell`` says; none below half a unit."""
    piece: list[tuple[float, float, float]] = []
    for x, y in path:
        width = swell(x, y)
        if width >= 0.5:
            piece.append((x, y, width))
            continue
        _cut(sheet, piece, fill)
        piece = []
    _cut(sheet, piece, fill)


def _cut(sheet: Sheet, piece: list[tuple[float, float, float]], fill: Colour) -> None:
    if len(piece) > 1:
        upper = [(x, y - width / 2) for x, y, width in piece]
        lower = [(x, y + width / 2) for x, y, width in reversed(piece)]
        sheet.polygon(upper + lower, fill)


def level_sky(sheet: Sheet, box: Box, sun: Point, reach: float, ink: Colour) -> None:
    """Level lines, heavy at the top, that thin out towards the sun."""
    left, top, right, bottom = box

    def swell(x: float, y: float) -> float:
        glow = min(1.0, max(0.0, (hypot(x - sun[0], y - sun[1]) - reach) / 240))
        return glow * (1.2 + 6.0 * (1 - (y - top) / (bottom - top)))

    for row in range(int(top) + 6, int(bottom), 11):
        path = [(x, row) for x in range(int(left), int(right) + 1, 6)]
        stroke(sheet, path, swell, ink)


def rays(sheet: Sheet, box: Box, sun: Point, reach: float, ink: Colour) -> None:
    """Rays that widen outwards."""
    far = hypot(box[2] - box[0], box[3] - box[1])
    for index in range(72):
        angle = 2 * pi * index / 72
        start = reach * (1.22 if index % 2 else 1.5)
        half = radians(0.75 if index % 2 else 1.15)
        tip = vignettes.around(sun, start, angle)
        ends = [vignettes.around(sun, far, angle + side * half) for side in (-1, 1)]
        sheet.polygon([tip, *ends], ink)


def rings(sheet: Sheet, box: Box, sun: Point, reach: float, ink: Colour) -> None:
    """Rings of light about the sun, thicker the farther."""
    radius, width = reach + 12, 1.4
    while radius < hypot(box[2] - box[0], box[3] - box[1]):
        sheet.ring(sun, radius, width, ink)
        radius, width = radius + 9 + width * 1.7, min(9.0, width * 1.13)


def whorls(sheet: Sheet, box: Box, sun: Point, reach: float, ink: Colour) -> None:
    """A sky that flows round the sun as water round a stone."""
    left, top, right, bottom = box
    for row in range(int(top) - 60, int(bottom) + 60, 13):
        path = []
        for x in range(int(left), int(right) + 1, 6):
            lift = (reach * 1.25) ** 2 / max(hypot(x - sun[0], row - sun[1]), reach * 0.8)
            y = row + lift * (1 if row > sun[1] else -1) * 0.55 + 5 * sin(x / 46 + row / 30)
            path.append((float(x), y))
        stroke(sheet, path, lambda x, y: 4.6 + 2.6 * sin(x / 60 + y / 34), ink)


def hatched_hills(
    sheet: Sheet, box: Box, chance: Random, ink: Colour, paper: Colour, first: float
) -> None:
    """Hills whose lines follow their backs; the nearest is nearly black."""
    bottom = box[3]
    for step in range(4):
        base = first + (bottom - first) * (0.1 + 0.24 * step)
        crest = land.rolling(chance, base, 66 + 10 * step, 430 + 60 * step)
        sheet.polygon([*crest, (crest[-1][0], bottom + 60), (crest[0][0], bottom + 60)], paper)
        for line in range(22):
            drop = 3 + line * 10.0
            heavy = (7.5 if step % 2 else 4.5) * (1 - line / 20) + step * 0.5
            path = [(x, y + drop + line * 1.2 * sin(x / 70 + step)) for x, y in crest]
            stroke(sheet, path, _grass(heavy), ink)


def _grass(heavy: float) -> Swell:
    return lambda x, _: heavy * (0.75 + 0.35 * sin(x / 52))


def waves(sheet: Sheet, box: Box, chance: Random, ink: Colour, paper: Colour, first: float) -> None:
    """Rows of crests, small and fine far off, large and black near."""
    left, _, right, bottom = box
    sheet.box((left, first, right, bottom), paper)
    y = first + 3
    while y < bottom + 60:
        near = (y - first) / (bottom - first)
        length, height = 46 + 190 * near, 2 + 26 * near
        shift = chance.uniform(0, length)
        xs = range(int(left), int(right) + 6, 5)
        crest = [(float(x), y - height * _crest((x + shift) / length)) for x in xs]
        sheet.polygon([*crest, (right + 6, y + 60), (left, y + 60)], paper)
        for line in range(1 + round(2.4 * near)):
            fall = line * (4 + 5 * near)
            weight = (1.3 + 6 * near) / (1 + 0.7 * line)
            stroke(sheet, [(x, v + fall) for x, v in crest], _foam(weight, y, height), ink)
        y += 7 + 24 * near


def _foam(weight: float, base: float, height: float) -> Swell:
    """Thick at the crests, thin in the troughs."""
    return lambda _, y: weight * (0.55 + 0.6 * (base - y) / (height + 1))


def _crest(turn: float) -> float:
    """A trochoid-like wave: broad troughs and sharp crests, 0..1."""
    return float((1 - abs(sin(pi * turn))) ** 1.3)


def peaks(sheet: Sheet, box: Box, chance: Random, ink: Colour, paper: Colour, first: float) -> None:
    """Peaks with a bright side and a side in shade."""
    left, _, right, bottom = box
    width = right - left
    for share, tall in ((0.16, 0.5), (0.86, 0.55), (0.5, 0.86), (0.3, 0.42), (0.72, 0.36)):
        tip = (
            left + width * (share + chance.uniform(-0.04, 0.04)),
            bottom - (bottom - first) * tall * 1.25,
        )
        reach = (bottom - tip[1]) * chance.uniform(0.66, 0.8)
        flanks = [(tip[0] - reach, bottom), (tip[0] + reach, bottom)]
        sheet.polygon([tip, *flanks], paper)
        _shade(sheet, tip, flanks[1], bottom, chance, ink)
        sheet.line([flanks[0], tip, flanks[1]], 3.2, ink)


def _shade(
    sheet: Sheet, tip: Point, foot: Point, bottom: float, chance: Random, ink: Colour
) -> None:
    """Strokes down the right flank from a broken ridge."""
    ridge = tip[0]
    for step in range(int((bottom - tip[1]) / 9)):
        y = tip[1] + step * 9
        ridge += chance.uniform(-7, 8)
        edge = tip[0] + (foot[0] - tip[0]) * (y - tip[1]) / (bottom - tip[1])
        reach = min(edge, ridge + (edge - ridge) * chance.uniform(0.8, 1.0))
        sheet.polygon([(ridge, y), (reach, y + 4), (edge, y + 11), (ridge + 2, y + 5.5)], ink)


def bare_tree(sheet: Sheet, foot: Point, height: float, chance: Random, ink: Colour) -> None:
    _limb(sheet, foot, height * 0.34, -90 + chance.uniform(-5, 5), 6, chance, ink)


def _limb(
    sheet: Sheet, foot: Point, length: float, degrees: float, left: int, chance: Random, ink: Colour
) -> None:
    tip = vignettes.around(foot, length, radians(degrees))
    thick = 0.9 * 1.62**left
    angle = radians(degrees + 90)
    across = (cos(angle) * thick / 2, sin(angle) * thick / 2)
    narrow = 0.62
    sheet.polygon(
        [
            (foot[0] + across[0], foot[1] + across[1]),
            (tip[0] + across[0] * narrow, tip[1] + across[1] * narrow),
            (tip[0] - across[0] * narrow, tip[1] - across[1] * narrow),
            (foot[0] - across[0], foot[1] - across[1]),
        ],
        ink,
    )
    if left:
        for turn in (chance.uniform(-40, -14), chance.uniform(12, 40)):
            part = chance.uniform(0.66, 0.86)
            _limb(sheet, tip, length * part, degrees + turn, left - 1, chance, ink)
