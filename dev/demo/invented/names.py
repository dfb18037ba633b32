"""People, publishing houses and series, each by its language and its place in a list.

A place stands for one name, and two places of a list never for the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial

from dev.demo.invented.words import LANGUAGES, Noun, declined, nouns, phrases, vocabulary, words

# Where a list is longer than there are pairs of words, a letter stands between them.
INITIALS = {"ru": "АБВГДЕЖЗИКЛМНОПРСТФ", "en": "ABCDEFGHJKLMNPRSTVW"}
# Larger than any number of pairs and prime, so that neighbours in a list are not namesakes.
STRIDE = 1_000_003
# Or the best known name would be that of the two words that happen to stand first.
BEGIN = 271


@dataclass(frozen=True)
class PersonName:
    first: str
    last: str

    @property
    def whole(self) -> str:
        return f"{self.first} {self.last}"

    @property
    def sorted_by(self) -> str:
        return f"{self.last}, {self.first}"


def _pair(place: int, first: int, second: int) -> tuple[int, int, int]:
    """Which round through all pairs it is, and the two words of this one."""
    turn, rest = divmod(place, first * second)
    left, right = divmod((rest * STRIDE + BEGIN) % (first * second), second)
    return turn, left, right


class People:
    """Who writes in one language."""

    def __init__(self, language: str) -> None:
        self.initials = INITIALS.get(language, INITIALS["en"])
        self.groups = _russians() if language == "ru" else _others(language)

    def name(self, place: int) -> PersonName:
        # Men and women, where surnames differ, take turns.
        place, group = divmod(place, len(self.groups))
        given, last = self.groups[group]
        turn, left, right = _pair(place, len(given), len(last))
        letter = f" {self.initials[turn - 1]}." if turn else ""
        return PersonName(f"{given[left]}{letter}", last[right])


def _russians() -> list[tuple[list[str], list[str]]]:
    own = vocabulary("ru")
    stems = words(own["stems"])
    endings = (("ов", "ова"), ("овский", "овская"), ("енко", "енко"))
    return [
        (words(own[given]), [stem + ending[which] for ending in endings for stem in stems])
        for which, given in enumerate(("men", "women"))
    ]


def _others(language: str) -> list[tuple[list[str], list[str]]]:
    own = vocabulary("en") if language == "en" else vocabulary("other")[language]
    given = words(own["men"]) + words(own["women"]) if language == "en" else words(own["given"])
    return [(given, words(own["surnames"]))]


class Houses:
    """What the publishers and the series of one language are called."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.press: Callable[[int], str]
        self.series: Callable[[int], str]
        if language == "ru":
            self.press, self.series = self._russian_press, self._russian_series
        elif language == "en":
            self.press, self.series = self._english_press, self._english_series
        else:
            own = vocabulary("other")[language]
            self.press = partial(self._foreign, str(own["press"]))
            self.series = partial(self._foreign, str(own["series"]))

    @cached_property
    def nouns(self) -> list[Noun]:
        return nouns(vocabulary("ru")["nouns"])

    @cached_property
    def adjectives(self) -> list[str]:
        return words(vocabulary(self.language)["adjectives"])

    @cached_property
    def words(self) -> list[str]:
        if self.language == "en":
            return words(vocabulary("en")["nouns"])
        return [
            each.replace("'", " ").split()[-1].capitalize()
            for each in phrases(vocabulary("other")[self.language]["nouns"])
        ]

    def _russian_press(self, place: int) -> str:
        _, left, right = _pair(place, len(self.adjectives), len(self.nouns))
        noun = self.nouns[right]
        nominative, _ = declined(self.adjectives[left])[noun.gender]
        return f"{nominative} {noun.nominative}".capitalize()

    def _russian_series(self, place: int) -> str:
        _, left, right = _pair(place, len(self.nouns), len(self.nouns))
        return f"{self.nouns[left].nominative} {self.nouns[right].genitive}".capitalize()

    def _english_press(self, place: int) -> str:
        _, left, right = _pair(place, len(self.adjectives), len(self.words))
        return f"{self.adjectives[left]} {self.words[right]} Press"

    def _english_series(self, place: int) -> str:
        _, left, right = _pair(place, len(self.adjectives), len(self.words))
        return f"{self.adjectives[left]} {self.words[right]} Library"

    def _foreign(self, shape: str, place: int) -> str:
        _, left, right = _pair(place, len(self.words), len(self.words))
        both = self.words[left] if left == right else f"{self.words[left]} {self.words[right]}"
        return shape.format(noun=both)


def people() -> dict[str, People]:
    """By language, ISO 639-1."""
    return {language: People(language) for language in LANGUAGES}


def houses() -> dict[str, Houses]:
    """By language, ISO 639-1."""
    return {language: Houses(language) for language in LANGUAGES}
