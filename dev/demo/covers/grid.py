"""A board of flat shapes: each square holds one, in four inks."""

from collections.abc import Callable
from random import Random

from dev.demo.covers import modern
from dev.demo.covers.colours import Colour
from dev.demo.covers.palettes import Inks
from dev.demo.covers.sheet import WIDTH, Point, Sheet
from dev.demo.covers.text import CoverText

_AIR = 62  # between the board and the words
Shape = Callable[[Sheet, Point, float, int, Colour], None]


def draw(cover: CoverText, inks: Inks, chance: Random) -> Sheet:
    sheet = Sheet(inks.paper)
    words = modern.Words(cover, modern.title_spec(cover.headline, chance, 150), 420)
    free = modern.LOWEST - words.height - 2 * _AIR
    columns = min(chance.sample((3, 4, 5), 2), key=lambda count: free % (WIDTH / count))
    side = WIDTH / columns
    rows = int(free / side)
    _board(sheet, columns, rows, side, inks, chance)
    spare = modern.LOWEST - words.height - rows * side
    words.set(sheet, rows * side + min(_AIR, spare / 2), inks.ink)
    modern.foot(sheet, cover, inks.ink)
    return sheet


def _board(sheet: Sheet, columns: int, rows: int, side: float, inks: Inks, chance: Random) -> None:
    """No more than three kinds of shape on a board, and no square like its left neighbour."""
    shapes: list[Shape] = chance.sample(
        (_quarter, _half, _triangle, _disc, _petal, _steps, _bars), 3
    )
    colours = [inks.first, inks.second, inks.third, inks.paper]
    before: Colour | None = None
    for row in range(rows):
        for column in range(columns):
            ground, figure = chance.sample(colours, 2)
            if ground == before:
                ground, figure = figure, ground
            before = ground
            corner = (column * side, row * side)
            sheet.box((*corner, corner[0] + side, corner[1] + side), ground)
            chance.choice(shapes)(sheet, corner, side, chance.randrange(4), figure)


def _corner(at: Point, side: float, turn: int) -> Point:
    """One of the four corners, clockwise from the upper left."""
    across, down = ((0, 0), (1, 0), (1, 1), (0, 1))[turn]
    return at[0] + across * side, at[1] + down * side


def _quarter(sheet: Sheet, at: Point, side: float, turn: int, fill: Colour) -> None:
    sheet.wedge(_corner(at, side, turn), side, turn * 90, turn * 90 + 90, fill)


def _half(sheet: Sheet, at: Point, side: float, turn: int, fill: Colour) -> None:
    first, second = _corner(at, side, turn), _corner(at, side, (turn + 1) % 4)
    middle = ((first[0] + second[0]) / 2, (first[1] + second[1]) / 2)
    sheet.wedge(middle, side / 2, turn * 90, turn * 90 + 180, fill)


def _triangle(sheet: Sheet, at: Point, side: float, turn: int, fill: Colour) -> None:
    sheet.polygon([_corner(at, side, (turn + step) % 4) for step in range(3)], fill)


def _disc(sheet: Sheet, at: Point, side: float, turn: int, fill: Colour) -> None:
    radius = side * (0.5, 0.36, 0.24, 0.36)[turn]
    sheet.disc((at[0] + side / 2, at[1] + side / 2), radius, fill)


def _petal(sheet: Sheet, at: Point, side: float, turn: int, fill: Colour) -> None:
    """What two quarter discs share: a leaf from corner to corner."""
    start, end = _corner(at, side, turn), _corner(at, side, (turn + 2) % 4)
    across = _corner(at, side, (turn + 1) % 4), _corner(at, side, (turn + 3) % 4)
    points = _arc(across[0], start, end) + _arc(across[1], end, start)
    sheet.polygon(points, fill)


def _arc(centre: Point, start: Point, end: Point) -> list[Point]:
    """A quarter circle about ``centre``."""
    radius = abs(start[0] - centre[0]) + abs(start[1] - centre[1])
    points = []
    for step in range(25):
        share = step / 24
        x = start[0] + (end[0] - start[0]) * share - centre[0]
        y = start[1] + (end[1] - start[1]) * share - centre[1]
        scale = radius / (x * x + y * y) ** 0.5
        points.append((centre[0] + x * scale, centre[1] + y * scale))
    return points


def _steps(sheet: Sheet, at: Point, side: float, turn: int, fill: Colour) -> None:
    part = side / 4
    for step in range(4):
        height = part * (step + 1)
        x = at[0] + (step if turn % 2 else 3 - step) * part
        y = at[1] if turn > 1 else at[1] + side - height
        sheet.box((x, y, x + part, y + height), fill)


def _bars(sheet: Sheet, at: Point, side: float, turn: int, fill: Colour) -> None:
    part = side / 7
    for step in range(0, 7, 2):
        near, far = step * part, (step + 1) * part
        if turn % 2:
            sheet.box((at[0] + near, at[1], at[0] + far, at[1] + side), fill)
        else:
            sheet.box((at[0], at[1] + near, at[0] + side, at[1] + far), fill)
