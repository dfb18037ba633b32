"""How the bold modern covers set their words: heavy type, flush left, on a flat ground."""

from random import Random

from dev.demo.covers import imprint
from dev.demo.covers.colours import Colour
from dev.demo.covers.faces import GOLOS, GOLOS_BLACK, LITERATA_HEAVY
from dev.demo.covers.setting import Block, Spec, fit
from dev.demo.covers.sheet import WIDTH, Sheet
from dev.demo.covers.text import CoverText

EDGE = 56.0
ROOM = WIDTH - 2 * EDGE
LOWEST = 1060.0  # where the words end; the imprint has what is below
_GAP = 30.0


def title_spec(text: str, chance: Random, largest: float = 190) -> Spec:
    """Sans capitals, sans in both cases, or a heavy roman; long titles never in capitals."""
    choice = chance.choice(("capitals", "sans", "roman"))
    if choice == "capitals" and len(text) <= 30:
        return Spec(GOLOS_BLACK, largest, 0.88, -0.025, True, 5)
    if choice == "roman":
        return Spec(LITERATA_HEAVY, largest, 1.0, -0.02, lines=7)
    return Spec(GOLOS_BLACK, largest, 0.97, -0.03, lines=7)


def author(cover: CoverText, width: float = ROOM) -> Block:
    return fit(cover.byline, Spec(GOLOS, 38, 1.2, -0.01, lines=2), width, 90)


def tail(cover: CoverText, width: float = ROOM) -> Block:
    return fit(cover.tail, Spec(GOLOS, 27, 1.25, lines=2), width, 70)


def foot(sheet: Sheet, cover: CoverText, fill: Colour, y: float = 1122) -> None:
    """The imprint at the left, the series at the right."""
    imprint.sign(sheet, cover.imprint, (EDGE, y), fill, "left", room=330)
    if cover.series:
        block = fit(cover.series, Spec(GOLOS, 19, 1.2, 0.02, lines=1), 300, 30)
        top = y - block.spec.face.cap * block.size / 2
        sheet.text(block, (WIDTH - EDGE, top), fill, "series", "right")


class Words:
    """Title, tail and author, one under the other; ``room`` is the title's greatest height."""

    def __init__(self, cover: CoverText, spec: Spec, room: float, width: float = ROOM) -> None:
        self._title = fit(cover.headline, spec, width, room)
        self._tail = tail(cover, width)
        self._author = author(cover, width)

    @property
    def height(self) -> float:
        extra = self._tail.height + _GAP if self._tail.lines else 0.0
        return self._title.height + extra + _GAP * 1.4 + self._author.height

    def set(self, sheet: Sheet, top: float, fill: Colour) -> None:
        y = sheet.text(self._title, (EDGE, top), fill, "title", "left")
        if self._tail.lines:
            y = sheet.text(self._tail, (EDGE, y + _GAP), fill, "subtitle", "left")
        sheet.text(self._author, (EDGE, y + _GAP * 1.4), fill, "author", "left")
