"""Questions to the index of documents, one for each degree of likeness, the best first.

What the lexemes are is told in the migration that makes them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations

from shop.repositories.search.reading import Reading, Term
from shop.repositories.search.vocabulary import Word

LONGEST_WHOLE = 200
# Fewer letters begin too many words to look at all of them beyond titles and authors.
FEWEST_FOR_EVERY = 4
# A word that is in more times as many books as another.
FAR_COMMONER = 10
ARTICLES = ("the", "a", "an")
# What a word may be, of the lexemes of a book.
Degree = Callable[[Term], Sequence[str]]


def questions(reading: Reading) -> list[str]:
    """What to ask for, as PostgreSQL's tsquery, with "" where nothing more can come of it."""
    terms = reading.telling
    if not terms:
        return []
    title, telling = _title(reading.terms), _words(terms)
    # What was taken for other words has to be right: those of a description are too many.
    degrees = IN_EDITION if reading.has_slips else DEGREES
    return [
        f"{_quoted('=' + title)} | {_quoted('@' + _name(reading.terms))}",
        f"{_quoted('~' + telling)} | {_quoted('=' + telling)}",
        _quoted(f"={title} ", begins=True),
        *(_of_many(terms, degrees) if len(terms) > 1 else _of_one(terms[0])),
    ]


def _of_many(terms: Sequence[Term], degrees: Sequence[Degree]) -> list[str]:
    asked = [_all(terms, how) for how in degrees]
    return [each if each not in asked[:place] else "" for place, each in enumerate(asked)]


def _of_one(term: Term) -> list[str]:
    """Each lexeme once: what it leads to may be many books."""
    known: set[str] = set()
    asked = []
    for how in DEGREES:
        lexemes = [each for each in dict.fromkeys(how(term)) if each not in known]
        known.update(lexemes)
        asked.append(" | ".join(lexemes))
    return asked


def without_strangers(reading: Reading) -> list[str]:
    """Books with all words that any book has; none to ask for where that is every word."""
    terms = _found(reading)
    return [_all(terms, how) for how in DEGREES] if 0 < len(terms) < len(reading.telling) else []


def with_one_less(reading: Reading) -> list[list[str]]:
    """Books with all but one of the words that any book has: kinds of questions, the best first.

    One of two words is not looked for in descriptions. If it is far commoner it tells little, where
    title or author have the other one.
    """
    terms = _found(reading)
    if len(terms) < 2:
        return []
    rare, *_, common = sorted(terms, key=lambda term: term.books)
    is_pair = len(terms) == 2
    tells_little = is_pair and common.books > FAR_COMMONER * max(rare.books, 1)
    choices = list(combinations(terms, len(terms) - 1))
    degrees = IN_EDITION if is_pair else DEGREES
    union = [" | ".join(f"({_all(some, how)})" for some in choices) for how in degrees[1:]]
    return [_as_typed(rare), union] if tells_little else [union]


def _as_typed(term: Term) -> list[str]:
    """As a word of title or authors, and in another form of it; not what it may be a slip for."""
    forms = (lexeme for word in term.words if word.word == term.typed for lexeme in _named(word))
    return [_quoted(f"a{term.typed}"), " | ".join(forms)]


def _found(reading: Reading) -> list[Term]:
    return [term for term in reading.telling if term.is_found]


def beginnings(reading: Reading) -> list[str]:
    """Books that have the words in title or authors, the last one perhaps unfinished."""
    terms = reading.telling
    return [
        _quoted("=" + _title(reading.terms), begins=True),
        _all(terms, _exactly),
        _all(terms, _by_name),
    ]


def name_question(reading: Reading) -> str:
    """Names that have all words; for indexes of names, whose lexemes are plain words."""
    return " & ".join(f"({' | '.join(dict.fromkeys(_in_name(term)))})" for term in reading.telling)


def _in_name(term: Term) -> list[str]:
    """The word, and what it may be the beginning of: of many such words those of most names."""
    words = [_quoted(word.word) for word in (*_all_of(term), *term.longer)]
    every = term.begins and len(term.typed) >= FEWEST_FOR_EVERY
    return [*words, _quoted(term.typed, begins=True)] if every else words


def _title(terms: Sequence[Term]) -> str:
    """The query as a title is kept."""
    article = len(terms) > 1 and terms[0].typed in ARTICLES
    return _words(terms[1:] if article else terms)


def _name(terms: Sequence[Term]) -> str:
    """The query as a person's name is kept."""
    return " ".join(sorted(term.words[0].word for term in terms))[:LONGEST_WHOLE]


def _words(terms: Sequence[Term]) -> str:
    return " ".join(term.words[0].word for term in terms)[:LONGEST_WHOLE]


def _all(terms: Iterable[Term], how: Degree) -> str:
    return " & ".join(f"({' | '.join(dict.fromkeys(how(term)))})" for term in terms)


def _exactly(term: Term) -> list[str]:
    """As a word of title or authors."""
    beginning = [_quoted(f"a{term.typed}", begins=True)] if term.begins else []
    return [*(_quoted(f"a{word.word}") for word in term.words), *beginning]


def _by_name(term: Term) -> list[str]:
    """In title or authors, in another form or spelling."""
    return [*_exactly(term), *(lexeme for word in _all_of(term) for lexeme in _named(word))]


def _by_edition(term: Term) -> list[str]:
    """There, or in subtitle, series, translators."""
    return [*_by_name(term), *_rooted(term, "s")]


def _anywhere(term: Term) -> list[str]:
    """There, or in publisher and description."""
    return [*_by_edition(term), *_rooted(term, "u")]


def _all_of(term: Term) -> tuple[Word, ...]:
    return (*term.words, *term.akin)


def _named(word: Word) -> list[str]:
    # A root that is a word as well has no lexeme of its own in a book with that word.
    roots = {f"a{word.root}", f"r{word.root}"} if word.root else set()
    return [_quoted(lexeme) for lexeme in sorted({f"a{word.word}"} | roots)]


def _rooted(term: Term, kind: str) -> list[str]:
    lexemes = [_quoted(f"{kind}{word.root}") for word in _all_of(term) if word.root]
    every = term.begins and len(term.typed) >= FEWEST_FOR_EVERY
    return [*lexemes, _quoted(f"{kind}{term.typed}", begins=True)] if every else lexemes


def _quoted(lexeme: str, begins: bool = False) -> str:
    escaped = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'{':*' if begins else ''}"


# The best first; each has the lexemes of the one before it.
DEGREES = (_exactly, _by_name, _by_edition, _anywhere)
IN_EDITION = DEGREES[:-1]
