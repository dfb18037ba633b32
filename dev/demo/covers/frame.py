"""The classic: tinted paper, a ruled frame, a centred title, an engraved ornament, a band."""

from functools import partial
from random import Random

from dev.demo.covers import imprint, ornaments, vignettes
from dev.demo.covers.faces import CORMORANT_BOLD, CORMORANT_ITALIC
from dev.demo.covers.palettes import Inks
from dev.demo.covers.setting import Block, Spec, fit
from dev.demo.covers.sheet import HEIGHT, WIDTH, Sheet
from dev.demo.covers.text import CoverText

MIDDLE = WIDTH / 2
_ENGRAVED = (vignettes.rosette, vignettes.compass, vignettes.tree, vignettes.sunburst)
_SHORT = 13  # a headline up to this length stands in capitals


def draw(cover: CoverText, inks: Inks, chance: Random) -> Sheet:
    sheet = Sheet(inks.paper)
    layout = chance.choice((_open, _panel, _plate))
    layout(sheet, cover, inks, chance)
    return sheet


def title_block(text: str, width: float, height: float, largest: float = 128) -> Block:
    """A short title in capitals, a long one in both cases."""
    capitals = len(text) <= _SHORT
    if capitals:
        return fit(text, Spec(CORMORANT_BOLD, largest, 1.0, 0.05, True, 3), width, height)
    return fit(text, Spec(CORMORANT_BOLD, largest, 1.0, lines=7), width, height)


def _open(sheet: Sheet, cover: CoverText, inks: Inks, chance: Random) -> None:
    """Everything on the paper; the series in a band across the foot."""
    _double_frame(sheet, inks, chance)
    below = _author(sheet, cover, 118, inks)
    ornaments.rule(sheet, (MIDDLE, below + 44), 200, inks.first)
    _title(sheet, cover, (below + 92, 682), inks)
    _vignette(sheet, cover, 826, 120, inks, chance)
    _band(sheet, cover, inks)


def _panel(sheet: Sheet, cover: CoverText, inks: Inks, chance: Random) -> None:
    """The title reversed out of a coloured panel, the ornament above it."""
    _double_frame(sheet, inks, chance)
    _vignette(sheet, cover, 252, 140, inks, chance)
    box = (52, 440, WIDTH - 52, 860)
    sheet.box(box, inks.first)
    sheet.frame((64, 452, WIDTH - 64, 848), 1.5, inks.paper)
    tail = _tail_block(cover, 540)
    room = 330 - (tail.height + 34 if tail.lines else 0)
    block = title_block(cover.headline, 560, room, 118)
    whole = block.height + (tail.height + 34 if tail.lines else 0)
    top = 646 - whole / 2
    bottom = sheet.text(block, (MIDDLE, top), inks.paper, "title")
    sheet.text(tail, (MIDDLE, bottom + 34), inks.paper, "subtitle")
    _author(sheet, cover, 906, inks)
    _foot(sheet, cover, inks)


def _plate(sheet: Sheet, cover: CoverText, inks: Inks, chance: Random) -> None:
    """A coloured cover with one paper plate that carries all the words."""
    sheet.box((0, 0, WIDTH, HEIGHT), inks.first)
    sheet.frame((34, 34, WIDTH - 34, HEIGHT - 34), 2, inks.second)
    sheet.box((82, 132, WIDTH - 82, 1092), inks.paper)
    sheet.frame((96, 146, WIDTH - 96, 1078), 3.5, inks.third)
    sheet.frame((105, 155, WIDTH - 105, 1069), 1.5, inks.third)
    below = _author(sheet, cover, 212, inks, 500)
    _title(sheet, cover, (below + 50, 700), inks, 520, 116)
    _vignette(sheet, cover, 826, 108, inks, chance)
    imprint.sign(sheet, cover.imprint, (MIDDLE, 1018), inks.ink, room=420)
    if cover.series:
        block = imprint.line(cover.series, CORMORANT_BOLD, 27, 620, 0.2)
        sheet.text(block, (MIDDLE, 84), inks.paper, "series")


def _double_frame(sheet: Sheet, inks: Inks, chance: Random) -> None:
    sheet.frame((34, 34, WIDTH - 34, HEIGHT - 34), 4, inks.first)
    sheet.frame((45, 45, WIDTH - 45, HEIGHT - 45), 1.5, inks.first)
    if chance.random() < 0.5:
        for x in (45, WIDTH - 45):
            for y in (45, HEIGHT - 45):
                sheet.box((x - 15, y - 15, x + 15, y + 15), inks.paper)
                ornaments.lozenge(sheet, (x, y), 28, inks.first)


def _author(sheet: Sheet, cover: CoverText, y: float, inks: Inks, width: float = 580) -> float:
    spec = Spec(CORMORANT_BOLD, 40, 1.25, 0.1, True, 2)
    return sheet.text(fit(cover.byline, spec, width, 92), (MIDDLE, y), inks.ink, "author")


def _title(
    sheet: Sheet,
    cover: CoverText,
    span: tuple[float, float],
    inks: Inks,
    width: float = 610,
    largest: float = 132,
) -> None:
    """Title and its tail, a little above the middle of the span."""
    tail = _tail_block(cover, width * 0.9)
    extra = tail.height + 40 if tail.lines else 0
    top, bottom = span
    block = title_block(cover.headline, width, bottom - top - extra, largest)
    start = top + (bottom - top - block.height - extra) * 0.45
    end = sheet.text(block, (MIDDLE, start), inks.ink, "title")
    sheet.text(tail, (MIDDLE, end + 40), inks.first, "subtitle")


def _tail_block(cover: CoverText, width: float) -> Block:
    return fit(cover.tail, Spec(CORMORANT_ITALIC, 38, 1.12, lines=3), width, 110)


def _vignette(
    sheet: Sheet, cover: CoverText, y: float, radius: float, inks: Inks, chance: Random
) -> None:
    letter = cover.byline.split()[-1][:1] if len(cover.authors) == 1 else "&"
    wreath = partial(vignettes.wreath, letter=letter)
    chance.choice((*_ENGRAVED, wreath))(sheet, (MIDDLE, y), radius, inks.first, chance)


def _band(sheet: Sheet, cover: CoverText, inks: Inks) -> None:
    if cover.series:
        sheet.box((45, 990, WIDTH - 45, 1058), inks.first)
        block = imprint.line(cover.series, CORMORANT_BOLD, 29, 600, 0.2)
        middle = 1024 - block.height / 2
        sheet.text(block, (MIDDLE, middle), inks.paper, "series")
    imprint.sign(sheet, cover.imprint, (MIDDLE, 1106), inks.ink)


def _foot(sheet: Sheet, cover: CoverText, inks: Inks) -> None:
    if cover.series:
        block = imprint.line(cover.series, CORMORANT_BOLD, 26, 600, 0.2)
        sheet.text(block, (MIDDLE, 1046), inks.first, "series")
    imprint.sign(sheet, cover.imprint, (MIDDLE, 1106), inks.ink)
