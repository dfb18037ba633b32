"""Small printers' ornaments."""

import math

from dev.demo.covers.colours import Colour
from dev.demo.covers.sheet import Point, Sheet


def lozenge(sheet: Sheet, centre: Point, size: float, fill: Colour) -> None:
    x, y = centre
    half = size / 2
    sheet.polygon([(x, y - half), (x + half * 0.68, y), (x, y + half), (x - half * 0.68, y)], fill)


def star(sheet: Sheet, centre: Point, size: float, fill: Colour, points: int = 8) -> None:
    x, y = centre
    ring = []
    for step in range(points * 2):
        reach = size / 2 * (1.0 if step % 2 == 0 else 0.42)
        angle = math.pi * step / points - math.pi / 2
        ring.append((x + reach * math.cos(angle), y + reach * math.sin(angle)))
    sheet.polygon(ring, fill)


def leaf(sheet: Sheet, base: Point, length: float, degrees: float, fill: Colour) -> None:
    """A pointed leaf that grows from its base in a direction, clockwise from the right."""
    turn = math.radians(degrees)
    sides = [_leaf_side(step / 12, length, turn) for step in range(13)]
    other = [_leaf_side(step / 12, length, turn, -1) for step in range(12, -1, -1)]
    sheet.polygon([(base[0] + x, base[1] + y) for x, y in sides + other], fill)


def _leaf_side(share: float, length: float, turn: float, side: int = 1) -> Point:
    along = share * length
    across = side * 0.2 * length * math.sin(math.pi * share**0.8)
    cosine, sine = math.cos(turn), math.sin(turn)
    return along * cosine - across * sine, along * sine + across * cosine


def rule(sheet: Sheet, centre: Point, width: float, fill: Colour) -> None:
    """Two thin lines with a lozenge between them."""
    x, y = centre
    for side in (-1, 1):
        sheet.line([(x + side * 16, y), (x + side * width / 2, y)], 1.5, fill)
    lozenge(sheet, centre, 15, fill)
