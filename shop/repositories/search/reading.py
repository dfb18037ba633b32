"""How a query is read: through which keyboard layout, and which words of the shop it means."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from rapidfuzz.distance import OSA

from shop.repositories.search.vocabulary import Kind, Word

# A word that is written nearly so may have so many letters wrong, by its length.
ONE_WRONG_FROM, TWO_WRONG_FROM = 4, 8
MOST_NEAR = 5
SHORTEST_PREFIX = 2
# Fewer letters make sense on any layout.
SHORTEST_THROUGH = 3
# Words of so few letters sound like too many others in their own alphabet.
SHORTEST_SOUND = 5


@dataclass(frozen=True)
class Term:
    """One word of a query as the books may have it.

    `words` are the word itself, or what it was taken for, the likeliest first. `akin` sound the
    same. `longer` begin so, and are meant as well; they are some of many. `is_stop`: it is in so
    many texts that it tells nothing. `typed` is what stands in the query.
    """

    typed: str
    words: tuple[Word, ...]
    akin: tuple[Word, ...] = ()
    longer: tuple[Word, ...] = ()
    corrected: bool = False

    @property
    def begins(self) -> bool:
        return bool(self.longer)

    @property
    def is_stop(self) -> bool:
        return not self.begins and all(word.root is None for word in self.words)

    @property
    def is_found(self) -> bool:
        """Whether some book has it in one way or another."""
        known = any(word.is_known or word.rooted for word in self.words)
        return known or self.begins or bool(self.akin)

    @property
    def books(self) -> int:
        """About how many books have it in title or authors, as it is or as it was meant."""
        return sum(word.books or 0 for word in self.words)

    @property
    def sense(self) -> int:
        """3 for a word as some book has it, less for what it may mean, 0 for no word at all."""
        if any(word.is_known for word in self.words):
            return 1 if self.corrected else 3
        return 2 if self.is_found else 0


@dataclass(frozen=True)
class Reading:
    """A query, word by word. `through` is the text as another keyboard layout has it."""

    terms: tuple[Term, ...]
    through: str | None = None

    @property
    def telling(self) -> tuple[Term, ...]:
        """The terms that books must have: stop words only where there is nothing else.

        A single letter beside words is an initial, or the beginning of a word, and tells nothing.
        """
        words = tuple(term for term in self.terms if not term.is_stop)
        return tuple(term for term in words if len(term.typed) > 1) or words or self.terms

    @property
    def corrected(self) -> str | None:
        """The query as it was understood, where that is not what was typed."""
        if not self.has_slips:
            return self.through
        return " ".join(term.words[0].word if term.corrected else term.typed for term in self.terms)

    def corrected_by(self, lexemes: str) -> str | None:
        """The corrected query in the words that a book has, of whose lexemes this is the text."""

        def meant(term: Term) -> str:
            found = (word.word for word in term.words if f"'a{word.word}'" in lexemes)
            return next(found, term.words[0].word) if term.corrected else term.typed

        return " ".join(map(meant, self.terms)) if self.has_slips else self.corrected

    @property
    def marks(self) -> tuple[str, ...]:
        """What to mark in texts: words, `roots~` and `beginnings*`."""
        marks: list[str] = []
        for term in self.telling:
            for word in (*term.words, *term.akin):
                marks += [word.word, f"{word.root}~"] if word.root else [word.word]
            marks += [f"{term.typed}*"] if term.begins else []
        return tuple(dict.fromkeys(marks))

    @property
    def has_slips(self) -> bool:
        """Whether some word was taken for another."""
        return any(term.corrected for term in self.terms)

    @property
    def sense(self) -> float:
        """How much sense a letter of it makes: of two readings the one with more was meant."""
        sense = sum(term.sense * len(term.typed) for term in self.terms)
        return sense / max(self.letters, 1)

    @property
    def letters(self) -> int:
        return sum(len(term.typed) for term in self.terms)


class Manner(Enum):
    """How freely a query is read."""

    AS_TYPED = 1
    # The last word is still being typed.
    TYPING = 2
    # Words that are written nearly so are meant as well, though some book has the word.
    LENIENT = 3


def read(texts: Sequence[str], words: Iterable[Word], manner: Manner) -> Reading:
    """The first text, or the second one where only that makes sense."""
    by_text: dict[int, dict[int, list[Word]]] = defaultdict(lambda: defaultdict(list))
    for word in words:
        by_text[word.reading][word.place].append(word)
    first, *others = (
        Reading(tuple(_terms(by_text[number], manner)), texts[number - 1] if number > 1 else None)
        for number in range(1, len(texts) + 1)
    )
    if not others:
        return first
    [other] = others
    # What was typed keeps the benefit of the doubt, unless there is nothing in it.
    better = other.sense > 0 if first.sense == 0 else other.sense >= first.sense + 1
    return other if better and other.letters >= SHORTEST_THROUGH else first


def _terms(by_place: Mapping[int, Sequence[Word]], manner: Manner) -> Iterator[Term]:
    for _, found in sorted(by_place.items()):
        term = _lenient(found) if manner is Manner.LENIENT else _term(found, manner)
        halves = None if term.is_found or manner is Manner.LENIENT else _halves(found)
        yield from halves or (term,)


def _term(found: Sequence[Word], manner: Manner) -> Term:
    """A word that some book has, or else the words that it was meant to be."""
    itself, akin, longer = _itself(found)
    if itself.is_known and manner is not Manner.TYPING:
        longer = ()
    term = Term(itself.word, (itself,), akin, longer)
    if itself.is_known or itself.rooted or longer:
        return term
    if akin:
        # The same sound in the same alphabet is a slip, in the other one it is no mistake.
        same = all(_is_latin(word.word) == _is_latin(itself.word) for word in akin)
        slip = same and manner is not Manner.TYPING
        return Term(itself.word, akin, corrected=True) if slip else term
    near = _near(itself, found)
    return Term(itself.word, near, corrected=True) if near else term


def _lenient(found: Sequence[Word]) -> Term:
    """A word and all that it may have been meant to be, those in most books first."""
    itself, akin, longer = _itself(found)
    words = sorted((itself, *_near(itself, found)), key=lambda word: -(word.books or 0))
    return Term(itself.word, tuple(words), akin, longer, words[0] is not itself)


def _itself(found: Sequence[Word]) -> tuple[Word, tuple[Word, ...], tuple[Word, ...]]:
    """The word as it is typed, those that sound like it, and those that begin so."""
    [itself] = [word for word in found if word.kind is Kind.ITSELF]
    akin = tuple(word for word in found if word.kind is Kind.SOUND and _may_be(word, itself))
    longer = tuple(word for word in found if word.kind is Kind.LONGER)
    return itself, akin, longer if len(itself.word) >= SHORTEST_PREFIX else ()


def _halves(found: Sequence[Word]) -> tuple[Term, ...] | None:
    """The two words that were written as one."""
    splits = [word for word in found if word.kind is Kind.SPLIT]
    if not splits:
        return None
    best = max(splits, key=lambda word: word.books or 0)
    halves = (best.word, best.root or "")
    return tuple(
        Term(half, (replace(best, kind=Kind.ITSELF, word=half, root=half),), corrected=True)
        for half in halves
    )


def _may_be(other: Word, word: Word) -> bool:
    return len(word.word) >= SHORTEST_SOUND or _is_latin(other.word) != _is_latin(word.word)


def _is_latin(word: str) -> bool:
    return word[0] < "\u0250"


def _near(itself: Word, found: Sequence[Word]) -> tuple[Word, ...]:
    """The words that take the fewest slips of the pen, or else of the ear, most used first.

    A slip in a declined word is one of its root: the rest is another ending. So are the vowels
    that come and go: сестёр is no form of сёстры to a stemmer.
    """
    near = [word for word in found if word.kind is Kind.NEAR]
    written = ((itself.word, word.word, word) for word in near)
    rooted = ((itself.root, word.root, word) for word in near if itself.root and word.root)
    heard = (
        (itself.sound or "", word.sound or "", word)
        for word in found
        if word.kind in (Kind.ALIKE, Kind.SOUND)
    )
    return _least_slips(written) or _least_slips(rooted) or _least_slips(heard)


def _least_slips(pairs: Iterable[tuple[str, str, Word]]) -> tuple[Word, ...]:
    slips = []
    for mine, theirs, word in pairs:
        distance = OSA.distance(mine, theirs)
        if distance <= _most_slips(mine):
            slips.append((distance, -(word.books or 0), word.word, word))
    slips.sort()
    return tuple(slip[3] for slip in slips if slip[0] == slips[0][0])[:MOST_NEAR]


def _most_slips(word: str) -> int:
    return 0 if len(word) < ONE_WRONG_FROM else 1 if len(word) < TWO_WRONG_FROM else 2
