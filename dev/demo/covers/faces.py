"""The committed typefaces: measures in em, glyphs at any size.

Pillow's basic layout ignores the kerning of these fonts and its better one depends on libraries
that a machine may lack, so pairs are read from a table made with the fonts.
"""

import json
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from PIL import ImageFont

FOLDER = Path(__file__).parents[1] / "fonts"
_EM = 1000  # all of them are drawn on a square of 1000 units


@dataclass(frozen=True)
class Face:
    """One font file."""

    file: str
    cap: float  # height of capitals, em
    x: float  # height of small letters, em

    def advance(self, character: str) -> float:
        return _glyph(self.file, character)[0]

    def kern(self, left: str, right: str) -> float:
        return _pairs(self.file).get(left + right, 0) / _EM

    def ink(self, character: str) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of what is printed, from the origin on the baseline."""
        return _glyph(self.file, character)[1]

    def at(self, pixels: float) -> ImageFont.FreeTypeFont:
        return _font(self.file, pixels)


@cache
def _glyph(file: str, character: str) -> tuple[float, tuple[float, float, float, float]]:
    """Advance and ink of one character in em."""
    font = _font(file, float(_EM))
    left, top, right, bottom = font.getbbox(character, anchor="ls")
    ink = (left / _EM, top / _EM, right / _EM, bottom / _EM)
    return font.getlength(character) / _EM, ink


@lru_cache(maxsize=512)
def _font(file: str, pixels: float) -> ImageFont.FreeTypeFont:
    path = FOLDER / f"{file}.ttf"
    return ImageFont.truetype(path, pixels, layout_engine=ImageFont.Layout.BASIC)


@cache
def _pairs(file: str) -> dict[str, int]:
    table = json.loads((FOLDER / f"{file}.kerning.json").read_text(encoding="utf-8"))
    return {
        left + right: int(units)
        for left, row in table.items()
        for units, rights in row.items()
        for right in rights
    }


CORMORANT = Face("Cormorant_600SemiBold", 0.625, 0.386)
CORMORANT_BOLD = Face("Cormorant_700Bold", 0.625, 0.386)
CORMORANT_ITALIC = Face("Cormorant_600SemiBold_Italic", 0.625, 0.386)
LITERATA = Face("Literata_600SemiBold", 0.701, 0.51)
LITERATA_HEAVY = Face("Literata_800ExtraBold", 0.701, 0.515)
GOLOS = Face("GolosText_500Medium", 0.70, 0.53)
GOLOS_BLACK = Face("GolosText_900Black", 0.70, 0.53)
