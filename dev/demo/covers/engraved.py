"""A wood engraving in a window of the page, the words in black under it."""

from math import cos, radians, sin
from random import Random

from dev.demo.covers import imprint, woodcut
from dev.demo.covers.colours import Colour, mix
from dev.demo.covers.faces import CORMORANT_BOLD, CORMORANT_ITALIC, LITERATA
from dev.demo.covers.palettes import Inks
from dev.demo.covers.setting import Block, Spec, fit
from dev.demo.covers.sheet import HEIGHT, WIDTH, Box, Sheet
from dev.demo.covers.text import CoverText

_MIDDLE = WIDTH / 2
_SKIES = (woodcut.level_sky, woodcut.rays, woodcut.rings, woodcut.whorls)
_GROUNDS = {
    "hills": woodcut.hatched_hills,
    "sea": woodcut.waves,
    "peaks": woodcut.peaks,
    "tree": woodcut.hatched_hills,
}


def draw(cover: CoverText, ground: str, inks: Inks, chance: Random) -> Sheet:
    dark = chance.random() < 0.4
    paper, ink = (inks.third, inks.paper) if dark else (inks.paper, inks.ink)
    sheet = Sheet(paper)
    title = _title(cover)
    tail = fit(cover.tail, Spec(CORMORANT_ITALIC, 34, 1.1, lines=2), 560, 76)
    author = fit(cover.byline, Spec(LITERATA, 31, 1.25, 0.02, lines=2), 560, 78)
    whole = title.height + author.height + 42 + (tail.height + 26 if tail.lines else 0)
    box = (84.0, 84.0, WIDTH - 84.0, 1052 - whole - 62)
    _picture(sheet, ground, box, (paper, ink, _glow(inks, dark)), chance)
    y = sheet.text(title, (_MIDDLE, box[3] + 54), ink, "title")
    if tail.lines:
        y = sheet.text(tail, (_MIDDLE, y + 26), ink, "subtitle")
    sheet.text(author, (_MIDDLE, y + 42), mix(ink, paper, 0.12), "author")
    _foot(sheet, cover, ink)
    return sheet


def _glow(inks: Inks, dark: bool) -> Colour:
    """The colour of the sun: the strong ink on paper, the pale one on dark."""
    return inks.second if dark else inks.first


def _title(cover: CoverText) -> Block:
    if len(cover.headline) <= 16:
        spec = Spec(CORMORANT_BOLD, 104, 0.95, 0.06, True, 2)
        return fit(cover.headline, spec, 640, 200)
    return fit(cover.headline, Spec(CORMORANT_BOLD, 92, 0.98, lines=5), 640, 290)


def _picture(
    sheet: Sheet, ground: str, box: Box, colours: tuple[Colour, Colour, Colour], chance: Random
) -> None:
    paper, ink, glow = colours
    left, top, right, bottom = box
    height = bottom - top
    radius = height * chance.uniform(0.12, 0.17)
    sun = (left + (right - left) * chance.choice((0.3, 0.5, 0.7)), top + height * 0.36)
    chance.choice(_SKIES)(sheet, box, sun, radius, ink)
    sheet.disc(sun, radius + 9, paper)
    sheet.disc(sun, radius, glow)
    _GROUNDS[ground](sheet, box, chance, ink, paper, top + height * 0.58)
    if ground == "tree":
        x = right - (sun[0] - left) if sun[0] != _MIDDLE else left + 190
        woodcut.bare_tree(sheet, (x, bottom - height * 0.08), height * 0.86, chance, ink)
    _window(sheet, box, paper, ink, chance)


def _window(sheet: Sheet, box: Box, paper: Colour, ink: Colour, chance: Random) -> None:
    """Cover what was cut beyond the edge of the block, and rule the edge."""
    left, top, right, bottom = box
    for edge in (
        (0, 0, WIDTH, top),
        (0, bottom, WIDTH, HEIGHT),
        (0, 0, left, HEIGHT),
        (right, 0, WIDTH, HEIGHT),
    ):
        sheet.box(edge, paper)
    if chance.random() < 0.45:
        _arch(sheet, box, paper, ink)
    else:
        sheet.frame((left - 5, top - 5, right + 5, bottom + 5), 5, ink)


def _arch(sheet: Sheet, box: Box, paper: Colour, ink: Colour) -> None:
    left, top, right, bottom = box
    radius = (right - left) / 2
    spring = top + radius
    turns = [radians(180 + 3 * step) for step in range(61)]
    curve = [(_MIDDLE + radius * cos(turn), spring + radius * sin(turn)) for turn in turns]
    sheet.polygon([(left - 1, spring), *curve[:31], (_MIDDLE, top - 2), (left - 1, top - 2)], paper)
    sheet.polygon(
        [(right + 1, spring), *curve[:29:-1], (_MIDDLE, top - 2), (right + 1, top - 2)], paper
    )
    sheet.line([(left, bottom), *curve, (right, bottom), (left, bottom)], 5, ink)


def _foot(sheet: Sheet, cover: CoverText, ink: Colour) -> None:
    if cover.series:
        imprint.sign(sheet, cover.imprint, (84, 1118), ink, "left", room=270)
        block = imprint.line(cover.series, CORMORANT_BOLD, 23, 330, 0.12)
        top = 1118 - block.spec.face.cap * block.size / 2
        sheet.text(block, (WIDTH - 84, top), ink, "series", "right")
    else:
        imprint.sign(sheet, cover.imprint, (_MIDDLE, 1118), ink)
