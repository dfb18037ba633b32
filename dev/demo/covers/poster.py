"""A street poster of the twenties: bars on the slant, discs, wedges, heavy capitals."""

from collections.abc import Callable
from math import cos, radians, sin
from random import Random

from dev.demo.covers import modern
from dev.demo.covers.colours import Colour
from dev.demo.covers.faces import GOLOS_BLACK
from dev.demo.covers.palettes import Inks
from dev.demo.covers.setting import Spec
from dev.demo.covers.sheet import HEIGHT, WIDTH, Point, Sheet
from dev.demo.covers.text import CoverText

Composition = Callable[[Sheet, float, Inks, Random], None]


def draw(cover: CoverText, inks: Inks, chance: Random) -> Sheet:
    sheet = Sheet(inks.paper)
    capitals = len(cover.headline) <= 40
    leading = 0.9 if capitals else 0.97
    spec = Spec(GOLOS_BLACK, 200, leading, -0.03, capitals, 7)
    words = modern.Words(cover, spec, 440)
    top = modern.LOWEST - words.height
    compose: Composition = chance.choice(
        (_rising, _wedge, _beams, _crossing, _orbit, _floating, _ladder)
    )
    compose(sheet, top - 56, inks, chance)
    words.set(sheet, top, inks.ink)
    modern.foot(sheet, cover, inks.ink)
    return sheet


def _floor(sheet: Sheet, y: float, inks: Inks) -> None:
    """Flat ground for the words, and a line where it begins."""
    sheet.box((0, y, WIDTH, HEIGHT), inks.paper)
    sheet.box((modern.EDGE, y, WIDTH - modern.EDGE, y + 10), inks.ink)


def _bar(sheet: Sheet, middle: Point, length: float, width: float, turn: float, c: Colour) -> None:
    """A bar about its middle, turned by degrees."""
    angle = radians(turn)
    along = (cos(angle) * length / 2, sin(angle) * length / 2)
    across = (-sin(angle) * width / 2, cos(angle) * width / 2)
    x, y = middle
    corners = [
        (x + one * along[0] + two * across[0], y + one * along[1] + two * across[1])
        for one, two in ((-1, -1), (1, -1), (1, 1), (-1, 1))
    ]
    sheet.polygon(corners, c)


def _rising(sheet: Sheet, floor: float, inks: Inks, chance: Random) -> None:
    """A disc with bars that rise across it."""
    turn = chance.choice((-1, 1)) * chance.choice((28, 36, 45))
    centre = (WIDTH * (0.62 if turn < 0 else 0.38), floor * 0.44)
    sheet.disc(centre, floor * 0.36, inks.first)
    for offset, width, colour in (
        (-0.1, 74, inks.second),
        (0.06, 26, inks.ink),
        (0.16, 10, inks.ink),
    ):
        middle = (WIDTH / 2, floor * (0.55 + offset * 2.2))
        _bar(sheet, middle, 1500, width, turn, colour)
    sheet.disc((WIDTH - centre[0], floor * 0.2), floor * 0.07, inks.third)
    _floor(sheet, floor, inks)


def _wedge(sheet: Sheet, floor: float, inks: Inks, chance: Random) -> None:
    """A wedge driven into a disc."""
    left = chance.random() < 0.5
    side = 1 if left else -1
    centre = (WIDTH * (0.64 if left else 0.36), floor * 0.5)
    sheet.box((0, 0, WIDTH, floor), inks.third)
    sheet.disc(centre, floor * 0.4, inks.second)
    start = 0.0 if left else float(WIDTH)
    tip = (centre[0] - side * floor * 0.06, centre[1] + floor * 0.04)
    sheet.polygon([(start, floor * 0.1), tip, (start, floor * 0.5)], inks.first)
    for step in range(3):
        middle = (centre[0] + side * (20 + 70 * step), floor * 0.88)
        _bar(sheet, middle, 190, 14, side * -58, inks.ink)
    _floor(sheet, floor, inks)


def _beams(sheet: Sheet, floor: float, inks: Inks, chance: Random) -> None:
    """Searchlights from a corner of the floor, and what they find."""
    left = chance.random() < 0.5
    foot = (modern.EDGE if left else WIDTH - modern.EDGE, floor)
    colours = (inks.first, inks.second, inks.third)
    for index, (tilt, spread) in enumerate(((14, 9), (32, 13), (54, 11), (72, 7))):
        start = (360 - tilt - spread) if left else 180 + tilt
        sheet.wedge(foot, 1300, start, start + spread, colours[index % 3])
    sheet.wedge(foot, floor * 0.2, 180, 360, inks.ink)
    x, y = WIDTH * (0.56 if left else 0.44), floor * 0.36
    sheet.disc((x, y), floor * 0.17, inks.ink)
    sheet.disc((x, y), floor * 0.12, colours[chance.randrange(3)])
    _floor(sheet, floor, inks)


def _crossing(sheet: Sheet, floor: float, inks: Inks, chance: Random) -> None:
    """Bars of several weights that cross."""
    turn = chance.choice((18, 24, 32))
    weights = ((90, inks.first, -1), (46, inks.second, 1), (22, inks.ink, -1), (64, inks.third, 1))
    for index, (width, colour, side) in enumerate(weights):
        middle = (WIDTH * (0.3 + 0.14 * index), floor * (0.22 + 0.19 * index))
        _bar(sheet, middle, 1500, width, side * turn, colour)
    sheet.ring((WIDTH * 0.72, floor * 0.3), floor * 0.2, 26, inks.ink)
    sheet.disc((WIDTH * 0.72, floor * 0.3), floor * 0.09, inks.first)
    _floor(sheet, floor, inks)


def _orbit(sheet: Sheet, floor: float, inks: Inks, chance: Random) -> None:
    """A half disc, rings about it, a bar through it."""
    centre = (WIDTH / 2, floor * 0.52)
    for radius, width in ((0.48, 5), (0.42, 5), (0.36, 18)):
        sheet.ring(centre, floor * radius, width, inks.ink)
    start = chance.choice((135, 225, 315, 45))
    sheet.disc(centre, floor * 0.28, inks.second)
    sheet.wedge(centre, floor * 0.28, start, start + 180, inks.first)
    _bar(sheet, centre, 1500, 30, start, inks.ink)
    moon = (centre[0] + floor * 0.42 * cos(radians(start + 70)), centre[1])
    sheet.disc((moon[0], centre[1] + floor * 0.42 * sin(radians(start + 70))), 30, inks.first)
    _floor(sheet, floor, inks)


def _floating(sheet: Sheet, floor: float, inks: Inks, chance: Random) -> None:
    """Bars and a block that float on one slant, with a few against it."""
    turn = chance.choice((-1, 1)) * chance.uniform(18, 40)
    colours = (inks.first, inks.second, inks.third, inks.ink)
    x, y = WIDTH * chance.uniform(0.4, 0.6), floor * 0.46
    _bar(sheet, (x, y), floor * 0.62, floor * 0.3, turn, inks.first)
    sheet.disc((WIDTH - x + chance.choice((-170, 170)), floor * 0.24), floor * 0.11, inks.second)
    for index in range(7):
        at = (x + chance.uniform(-260, 260), y + chance.uniform(-0.34, 0.4) * floor)
        long = floor * chance.uniform(0.16, 0.5)
        across = turn + 90 if index % 3 == 2 else turn
        _bar(sheet, at, long, chance.choice((9, 16, 30, 44)), across, colours[(index + 1) % 4])
    _floor(sheet, floor, inks)


def _ladder(sheet: Sheet, floor: float, inks: Inks, chance: Random) -> None:
    """Slanting stripes over the whole field, and a disc half hidden by them."""
    turn = chance.choice((-1, 1)) * 45
    centre = (WIDTH * (0.6 if turn > 0 else 0.4), floor * 0.46)
    sheet.disc(centre, floor * 0.38, inks.first)
    for step in range(-6, 14):
        middle = (step * 110.0, floor * 0.5)
        colour = (inks.second, inks.ink, inks.third)[step % 3]
        _bar(sheet, middle, 2200, 34 if step % 2 else 14, turn, colour)
    half = 0 if turn > 0 else 180
    sheet.wedge(centre, floor * 0.38, half + turn, half + turn + 180, inks.first)
    _floor(sheet, floor, inks)
