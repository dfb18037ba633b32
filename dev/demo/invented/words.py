"""The vocabularies: what titles, names and blurbs are put together from."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "words"
OTHERS = ("de", "fr", "es", "it")
LANGUAGES = ("ru", "en", *OTHERS)


@dataclass(frozen=True)
class Noun:
    """A Russian noun. `gender` is m, f, n, or p for a plural."""

    nominative: str
    genitive: str
    gender: str


def words(text: str) -> list[str]:
    return text.split()


def phrases(text: str) -> list[str]:
    """What stands between bars or on a line of its own."""
    return [phrase for line in text.strip().splitlines() for phrase in line.split("|")]


def nouns(entries: list[str]) -> list[Noun]:
    return [Noun(*entry.split()) for entry in entries]


@cache
def vocabulary(name: str) -> dict[str, Any]:
    """One of the files: ``ru``, ``en`` or ``other``."""
    with (FOLDER / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


# After к, г, х and the hushing sounds Russian writes и for ы; after a soft н, я, е and и.
_HUSHING = "жчшщ"


def declined(adjective: str) -> dict[str, tuple[str, str]]:
    """Nominative and genitive of a Russian adjective for each gender, from its masculine."""
    stem, last = adjective[:-2], adjective[-3]
    soft = adjective.endswith("ий") and last not in "кгх"
    feminine = "яя" if soft and last not in _HUSHING else "ая"
    plural = "ие" if adjective.endswith("ий") or last in "кгх" + _HUSHING else "ые"
    of_it = "его" if soft else "ого"
    return {
        "m": (adjective, stem + of_it),
        "f": (stem + feminine, stem + ("ей" if soft else "ой")),
        "n": (stem + ("ее" if soft else "ое"), stem + of_it),
        "p": (stem + plural, stem + ("их" if plural == "ие" else "ых")),
    }
