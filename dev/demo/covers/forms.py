"""One large form on a flat ground, with huge type."""

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, pi, radians, sin, sqrt
from random import Random

from dev.demo.covers import modern
from dev.demo.covers.palettes import Inks
from dev.demo.covers.setting import fit
from dev.demo.covers.sheet import WIDTH, Point, Sheet
from dev.demo.covers.text import CoverText

_FLOOR = 1066.0
_MIDDLE = WIDTH / 2


@dataclass(frozen=True)
class Place:
    """Where the form has its room: what the words leave free."""

    top: float

    @property
    def radius(self) -> float:
        return min(modern.ROOM, _FLOOR - self.top) / 2

    @property
    def centre(self) -> Point:
        return _MIDDLE, _FLOOR - self.radius


Form = Callable[[Sheet, Place, Inks, Random], None]


def draw(cover: CoverText, inks: Inks, chance: Random) -> Sheet:
    sheet = Sheet(inks.paper)
    form: Form = chance.choice(
        (_arcs, _sunset, _seeds, _ripple, _fan, _moons, _squares, _bowls, _weave)
    )
    form(sheet, Place(_words(sheet, cover, inks, chance) + 64), inks, chance)
    modern.foot(sheet, cover, inks.ink)
    return sheet


def _words(sheet: Sheet, cover: CoverText, inks: Inks, chance: Random) -> float:
    """Author at the top, the title under it; answers where they end."""
    y = sheet.text(modern.author(cover), (modern.EDGE, 64), inks.ink, "author", "left")
    block = fit(cover.headline, modern.title_spec(cover.headline, chance), modern.ROOM, 480 - y)
    y = sheet.text(block, (modern.EDGE, y + 46), inks.ink, "title", "left")
    extra = modern.tail(cover)
    return sheet.text(extra, (modern.EDGE, y + 30), inks.ink, "subtitle", "left")


def _arcs(sheet: Sheet, place: Place, inks: Inks, chance: Random) -> None:
    """Concentric bands that rise from the floor."""
    corner = chance.choice((0.0, _MIDDLE, float(WIDTH)))
    outer = min(_MIDDLE if corner == _MIDDLE else WIDTH * 0.8, _FLOOR - place.top)
    colours = (inks.first, inks.paper, inks.second, inks.paper, inks.third, inks.paper)
    for index in range(10):
        radius = outer * (1 - index / 10)
        sheet.wedge((corner, _FLOOR), radius, 180, 360, colours[index % 6])


def _sunset(sheet: Sheet, place: Place, inks: Inks, chance: Random) -> None:
    """A disc cut by widening gaps, and a small one near it."""
    x, y = place.centre
    sheet.disc(place.centre, place.radius, inks.first)
    cut, gap = y - place.radius * 0.1, place.radius * 0.02
    while cut < y + place.radius:
        last = cut + gap + place.radius * 0.08 > y + place.radius
        sheet.box((0, cut, WIDTH, y + place.radius if last else cut + gap), inks.paper)
        cut, gap = cut + gap + place.radius * 0.12, gap * 1.32
    side = chance.choice((-1, 1))
    moon = (x + side * place.radius * 0.8, y - place.radius * 0.8)
    sheet.disc(moon, place.radius * 0.16, inks.third)


def _seeds(sheet: Sheet, place: Place, inks: Inks, chance: Random) -> None:
    """Dots in the spiral of a sunflower."""
    x, y = place.centre
    colours = (inks.first, inks.second, inks.third)[: chance.choice((1, 2, 3))]
    for index in range(1, 300):
        share = sqrt(index / 300)
        angle = radians(137.508 * index)
        at = (x + place.radius * share * cos(angle), y + place.radius * share * sin(angle))
        size = place.radius * (0.014 + 0.034 * (1 - share) + 0.006 * sin(index / 8))
        sheet.disc(at, size, colours[index % len(colours)])


def _ripple(sheet: Sheet, place: Place, inks: Inks, chance: Random) -> None:
    """Stripes that change step within a disc."""
    x, y = place.centre
    radius, step = place.radius, round(place.radius / 13)
    for row in range(round(2 * radius)):
        half = sqrt(max(0.25, radius**2 - (row + 0.5 - radius) ** 2))
        top, odd = y - radius + row, row // step % 2
        if odd:
            sheet.box((0, top, WIDTH, top + 1), inks.first)
        sheet.box((x - half, top, x + half, top + 1), inks.paper if odd else inks.second)


def _fan(sheet: Sheet, place: Place, inks: Inks, chance: Random) -> None:
    """Rays from one point in three inks."""
    foot = (chance.choice((modern.EDGE, _MIDDLE, WIDTH - modern.EDGE)), _FLOOR)
    blades = chance.choice((12, 15, 18))
    reach = min(place.radius * 2, _MIDDLE - 16 if foot[0] == _MIDDLE else WIDTH * 0.82)
    colours = (inks.first, inks.third, inks.second)
    for blade in range(blades):
        start = 180 + 180 * blade / blades
        long = 0.8 + 0.2 * sin(pi * (blade + 0.5) / blades)
        sheet.wedge(foot, reach * long, start, start + 180 / blades, colours[blade % 3])
    sheet.wedge(foot, reach * 0.2, 180, 360, inks.paper)


def _moons(sheet: Sheet, place: Place, inks: Inks, chance: Random) -> None:
    """Phases in rows of discs."""
    colours = (inks.first, inks.second, inks.third)
    side = modern.ROOM / 4
    rows = max(2, int((_FLOOR - place.top) / side))
    for row in range(rows):
        for column in range(4):
            at = (modern.EDGE + side * (column + 0.5), _FLOOR - side * (row + 0.5))
            one, other = chance.sample((*colours, inks.paper), 2)
            start = chance.randrange(4) * 90
            sheet.disc(at, side * 0.46, one if one != inks.paper else inks.first)
            sheet.wedge(at, side * 0.46, start, start + 180, other)


def _squares(sheet: Sheet, place: Place, inks: Inks, chance: Random) -> None:
    """Squares within squares, each turned a little."""
    x, y = place.centre
    turn = chance.choice((-1, 1)) * chance.uniform(5, 9)
    colours = (inks.first, inks.third, inks.second, inks.paper)
    for index in range(14):
        reach = place.radius * 1.38 * 0.86**index
        corners = [radians(45 + 90 * corner + turn * index) for corner in range(4)]
        points = [(x + reach * cos(angle), y + reach * sin(angle)) for angle in corners]
        sheet.polygon(points, colours[index % 4])


def _bowls(sheet: Sheet, place: Place, inks: Inks, chance: Random) -> None:
    """Half discs in two or three columns, some upright, some turned over."""
    columns = chance.choice((2, 3))
    radius = modern.ROOM / columns / 2
    colours = (inks.first, inks.second, inks.third)
    rows = max(1, int((_FLOOR - place.top) / radius))
    for row in range(rows):
        for column in range(columns):
            x = modern.EDGE + radius * (2 * column + 1)
            y = _FLOOR - radius * (row + 1)
            turned = chance.random() < 0.5
            middle = (x, y if turned else y + radius)
            start = 0 if turned else 180
            sheet.wedge(middle, radius, start, start + 180, colours[(row + column) % 3])


def _weave(sheet: Sheet, place: Place, inks: Inks, chance: Random) -> None:
    """Ribbons that pass over and under one another."""
    count = chance.choice((3, 4, 5))
    side = place.radius * 2 / count
    left, top = _MIDDLE - place.radius, _FLOOR - place.radius * 2
    colours = (inks.first, inks.second, inks.third)
    for row in range(count):
        for column in range(count):
            x, y = left + column * side, top + row * side
            down = (x + side * 0.14, y - 1, x + side * 0.86, y + side + 1)
            across = (x - 1, y + side * 0.14, x + side + 1, y + side * 0.86)
            pair = [(down, colours[column % 3]), (across, colours[(row + 1) % 3])]
            for box, colour in pair if (row + column) % 2 else pair[::-1]:
                sheet.box(box, colour)
