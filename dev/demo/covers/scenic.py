"""A landscape under a wide sky on which the words stand."""

from collections.abc import Callable
from random import Random

from dev.demo.covers import imprint
from dev.demo.covers.faces import CORMORANT_BOLD, CORMORANT_ITALIC
from dev.demo.covers.palettes import Sky
from dev.demo.covers.setting import Spec, fit
from dev.demo.covers.sheet import HEIGHT, WIDTH, Sheet
from dev.demo.covers.text import CoverText

Scene = Callable[[Sheet, Sky, Random], None]

_MIDDLE = WIDTH / 2
_LOWEST = 505.0


def draw(cover: CoverText, scene: Scene, sky: Sky, chance: Random, room: float = 620) -> Sheet:
    sheet = Sheet(sky.stops[0])
    scene(sheet, sky, chance)
    top = 84.0
    spec = Spec(CORMORANT_BOLD, 36, 1.2, 0.1, True, 2)
    y = sheet.text(fit(cover.byline, spec, room * 0.94, 84), (_MIDDLE, top), sky.ink, "author")
    tail = fit(cover.tail, Spec(CORMORANT_ITALIC, 38, 1.1, lines=2), room * 0.9, 84)
    space = _LOWEST - y - 56 - (tail.height + 34 if tail.lines else 0)
    title = fit(cover.headline, _title_spec(cover.headline), room, space)
    y = sheet.text(title, (_MIDDLE, y + 56), sky.ink, "title")
    sheet.text(tail, (_MIDDLE, y + 34), sky.ink, "subtitle")
    _foot(sheet, cover, sky)
    return sheet


def _title_spec(text: str) -> Spec:
    if len(text) <= 20:
        return Spec(CORMORANT_BOLD, 150, 0.92, 0.02, True, 3)
    return Spec(CORMORANT_BOLD, 140, 0.97, lines=6)


def _foot(sheet: Sheet, cover: CoverText, sky: Sky) -> None:
    sheet.box((0, 1072, WIDTH, HEIGHT), sky.near)
    if cover.series:
        block = imprint.line(cover.series, CORMORANT_BOLD, 23, 560, 0.2)
        sheet.text(block, (_MIDDLE, 1098), sky.foot, "series")
    imprint.sign(sheet, cover.imprint, (_MIDDLE, 1138 if cover.series else 1122), sky.foot)
