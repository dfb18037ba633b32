"""The publisher at the foot of a cover: a device of its own and its name."""

from random import Random

from dev.demo.covers.colours import Colour
from dev.demo.covers.faces import GOLOS, Face
from dev.demo.covers.ornaments import leaf, lozenge, star
from dev.demo.covers.setting import Block, Spec, fit
from dev.demo.covers.sheet import Align, Point, Sheet

_DEVICE = 26.0


def sign(
    sheet: Sheet,
    name: str,
    at: Point,
    fill: Colour,
    align: Align = "centre",
    face: Face = GOLOS,
    room: float = 420,
) -> None:
    """Device and name on one line whose capitals' middle is at ``y``."""
    if not name:
        return
    size = 19 if face is GOLOS else 24
    block = fit(name, Spec(face, size, tracking=0.06, lines=1), room, 40)
    gap = 12.0
    whole = _DEVICE + gap + block.width
    left = at[0] - whole * {"left": 0.0, "centre": 0.5, "right": 1.0}[align]
    device(sheet, name, (left + _DEVICE / 2, at[1]), fill)
    top = at[1] - block.spec.face.cap * block.size / 2
    sheet.text(block, (left + _DEVICE + gap, top), fill, "imprint", "left")


def device(sheet: Sheet, name: str, centre: Point, fill: Colour) -> None:
    """A small mark; a publisher always has the same one."""
    chance = Random(f"device {name}")
    x, y = centre
    sheet.ring(centre, _DEVICE / 2, 2, fill)
    inner = chance.choice(("lozenge", "star", "leaves", "moon", "bars"))
    if inner == "lozenge":
        lozenge(sheet, centre, 16, fill)
    elif inner == "star":
        star(sheet, centre, 18, fill, chance.choice((4, 5, 6)))
    elif inner == "leaves":
        for degrees in (-140, -90, -40):
            leaf(sheet, (x, y + 8), 16, degrees, fill)
    elif inner == "moon":
        sheet.wedge(centre, 8, 90, 270, fill)
    else:
        for step in (-4, 0, 4):
            sheet.box((x - 7 + abs(step), y + step - 1, x + 7 - abs(step), y + step + 1), fill)


def line(text: str, face: Face, size: float, width: float, tracking: float = 0.14) -> Block:
    """One line of letterspaced capitals."""
    return fit(text, Spec(face, size, tracking=tracking, capitals=True, lines=1), width, size * 2)
