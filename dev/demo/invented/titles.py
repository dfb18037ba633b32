"""Titles, subtitles and blurbs from a small grammar of each language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from random import Random
from typing import Protocol, TypeVar

from dev.demo.invented.words import OTHERS, Noun, declined, nouns, phrases, vocabulary, words
from shop.models.slugs import LONGEST, slug

T = TypeVar("T")
# Of a hundred books, so many are a volume of something and so many have a subtitle.
VOLUMES, SUBTITLES = 4, 30
MOST_VOLUMES = 12
word_slug = lru_cache(maxsize=None)(slug)


def drawn(random: Random, among: Sequence[T]) -> T:
    """What `Random.choice` does, in a third of the time."""
    return among[int(random.random() * len(among))]


def title_slug(title: str) -> str:
    """The slug of the words one by one: there are few words, and many titles."""
    whole = "-".join(filter(None, map(word_slug, title.split())))
    return whole if len(whole) <= LONGEST else whole[: LONGEST + 1].rpartition("-")[0]


class Wording(Protocol):
    """How one language names a book. `part` is the root of its category: fiction, ideas ..."""

    @property
    def subtitles(self) -> Sequence[str]: ...
    @property
    def volume(self) -> str: ...
    @property
    def blurb(self) -> Callable[[Random], str]: ...
    def title(self, random: Random, part: str) -> str: ...


class _Blurbs:
    """A sentence about the book, and often one about the edition."""

    def __init__(self, language: str) -> None:
        parts = vocabulary(language)["blurb"]
        self.openings, self.middles, self.endings = (
            phrases(parts[name]) for name in ("openings", "middles", "endings")
        )

    def __call__(self, random: Random) -> str:
        first = f"{drawn(random, self.openings)} {drawn(random, self.middles)}."
        return f"{first} {drawn(random, self.endings)}" if random.random() < 0.6 else first


class Russian:
    def __init__(self) -> None:
        words_ru = vocabulary("ru")
        self.nouns = nouns(words_ru["nouns"])
        self.animals = nouns(words_ru["animals"])
        self.adjectives = [declined(each) for each in words(words_ru["adjectives"])]
        self.tails, self.studies, self.subjects, self.places, self.subtitles = (
            phrases(words_ru[name])
            for name in ("tails", "studies", "subjects", "places", "subtitles")
        )
        self.volume = str(words_ru["volume"])
        self.adventures = str(words_ru["adventures"])
        self.blurb = _Blurbs("ru")

    def title(self, random: Random, part: str) -> str:
        if part == "ideas" and random.random() < 0.75:
            return self._study(random)
        named = drawn(random, self.animals if part == "children" else self.nouns)
        if part == "children" and random.random() < 0.3:
            return f"{self.adventures} {named.genitive} {drawn(random, self.tails)}"
        return drawn(random, self._shapes)(self, random, named)

    def _study(self, random: Random) -> str:
        whole = f"{drawn(random, self.studies)} {drawn(random, self.subjects)}"
        return f"{whole} {drawn(random, self.places)}" if random.random() < 0.5 else whole

    def _with_adjective(self, random: Random, noun: Noun) -> str:
        return f"{drawn(random, self.adjectives)[noun.gender][0]} {noun.nominative}".capitalize()

    def _of_something(self, random: Random, noun: Noun) -> str:
        other = drawn(random, self.nouns)
        of_what = f"{drawn(random, self.adjectives)[other.gender][1]} {other.genitive}"
        return f"{noun.nominative} {of_what}".capitalize()

    def _and_another(self, random: Random, noun: Noun) -> str:
        other = drawn(random, self.nouns)
        beside = f"{drawn(random, self.adjectives)[other.gender][0]} {other.nominative}"
        return f"{noun.nominative.capitalize()} и {beside}"

    def _somewhere(self, random: Random, noun: Noun) -> str:
        return f"{self._with_adjective(random, noun)} {drawn(random, self.tails)}"

    def _owned(self, random: Random, noun: Noun) -> str:
        return f"{self._with_adjective(random, noun)} {drawn(random, self.nouns).genitive}"

    _shapes: tuple[Callable[[Russian, Random, Noun], str], ...] = (
        _with_adjective,
        _of_something,
        _of_something,
        _and_another,
        _somewhere,
        _owned,
    )


class English:
    def __init__(self) -> None:
        words_en = vocabulary("en")
        self.nouns, self.adjectives, self.animals = (
            words(words_en[name]) for name in ("nouns", "adjectives", "animals")
        )
        self.tails, self.studies, self.subjects, self.places, self.subtitles = (
            phrases(words_en[name])
            for name in ("tails", "studies", "subjects", "places", "subtitles")
        )
        self.volume = str(words_en["volume"])
        self.adventures = str(words_en["adventures"])
        self.blurb = _Blurbs("en")

    def title(self, random: Random, part: str) -> str:
        if part == "ideas" and random.random() < 0.75:
            return self._study(random)
        named = drawn(random, self.animals if part == "children" else self.nouns)
        described = f"{drawn(random, self.adjectives)} {named}"
        other = drawn(random, self.nouns)
        shape = random.random()
        if part == "children" and shape < 0.3:
            return f"{self.adventures} {described}"
        if shape < 0.35:
            return f"The {described}"
        if shape < 0.6:
            return f"The {described} of the {drawn(random, self.adjectives)} {other}"
        if shape < 0.8:
            return f"The {described} {drawn(random, self.tails)}"
        return f"{named} and {drawn(random, self.adjectives)} {other}"

    def _study(self, random: Random) -> str:
        whole = f"{drawn(random, self.studies)} {drawn(random, self.subjects)}"
        return f"{whole} {drawn(random, self.places)}" if random.random() < 0.5 else whole


class Foreign:
    """Two or three nouns in a row; the blurb is English, and there are no subtitles."""

    subtitles: Sequence[str] = ()

    def __init__(self, language: str) -> None:
        own = vocabulary("other")[language]
        self.nouns = phrases(own["nouns"])
        self.joint = str(own["and"])
        self.volume = "Vol."
        self.blurb = _Blurbs("en")

    def title(self, random: Random, part: str) -> str:
        listed = [drawn(random, self.nouns) for _ in range(2 if random.random() < 0.4 else 3)]
        joined = f"{', '.join(listed[:-1])} {self.joint} {listed[-1]}"
        return joined[0].upper() + joined[1:]


def wordings() -> dict[str, Wording]:
    """By language, ISO 639-1."""
    return {"ru": Russian(), "en": English(), **{each: Foreign(each) for each in OTHERS}}


def named(wording: Wording, random: Random, part: str) -> tuple[str, str | None]:
    """A title, and a subtitle for some."""
    title = wording.title(random, part)
    if random.random() * 100 < VOLUMES:
        title = f"{title}. {wording.volume} {1 + int(random.random() * MOST_VOLUMES)}"
    if wording.subtitles and random.random() * 100 < SUBTITLES:
        return title, drawn(random, wording.subtitles)
    return title, None
