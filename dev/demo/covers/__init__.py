"""Covers for the demo catalogue: drawn, not found, and the same at every seeding.

A genre and a seed choose one of eight styles and everything in it: inks, layout, ornament,
scene. Type is fitted to its place, so that any title stands within the margins.
"""

from random import Random

from dev.demo.covers.genres import genre
from dev.demo.covers.sheet import HEIGHT, MARGIN, WIDTH, Sheet
from dev.demo.covers.styles import STYLES
from dev.demo.covers.text import CoverText

__all__ = ["HEIGHT", "MARGIN", "STYLES", "WIDTH", "CoverText", "compose", "draw"]


def draw(cover: CoverText) -> bytes:
    """The cover as a JPEG of 800 by 1200 pixels; equal texts give equal bytes."""
    return compose(cover).jpeg()


def compose(cover: CoverText, style: str | None = None) -> Sheet:
    """The cover before printing, in a style by name or the one that genre and seed choose."""
    kind = genre(cover.genre)
    chance = Random(f"{cover.genre} {cover.seed}")
    chosen = chance.choices(list(kind.styles), list(kind.styles.values()))[0]
    return STYLES[style or chosen](cover, kind, chance)
