"""The styles by name, each drawing one cover of a genre."""

from collections.abc import Callable
from random import Random

from dev.demo.covers import cloth, engraved, forms, frame, grid, label, poster, scenic
from dev.demo.covers.genres import Genre
from dev.demo.covers.palettes import CLASSIC, CLOTH, MODERN, SKIES, Inks
from dev.demo.covers.sheet import Sheet
from dev.demo.covers.text import CoverText

Style = Callable[[CoverText, Genre, Random], Sheet]


def _classic(draw: Callable[[CoverText, Inks, Random], Sheet]) -> Style:
    return lambda cover, genre, chance: draw(cover, CLASSIC[chance.choice(genre.classic)], chance)


def _modern(draw: Callable[[CoverText, Inks, Random], Sheet]) -> Style:
    return lambda cover, genre, chance: draw(cover, MODERN[chance.choice(genre.modern)], chance)


def _cloth(cover: CoverText, genre: Genre, chance: Random) -> Sheet:
    return cloth.draw(cover, CLOTH[chance.choice(genre.cloth)], chance)


def _engraved(cover: CoverText, genre: Genre, chance: Random) -> Sheet:
    inks = CLASSIC[chance.choice(genre.classic)]
    return engraved.draw(cover, chance.choice(genre.grounds), inks, chance)


def _scenic(cover: CoverText, genre: Genre, chance: Random) -> Sheet:
    view = chance.choice(genre.views)
    return scenic.draw(cover, view.scene, SKIES[chance.choice(view.skies)], chance, view.room)


STYLES: dict[str, Style] = {
    "frame": _classic(frame.draw),
    "cloth": _cloth,
    "label": _classic(label.draw),
    "grid": _modern(grid.draw),
    "forms": _modern(forms.draw),
    "poster": _modern(poster.draw),
    "scenic": _scenic,
    "engraved": _engraved,
}
