"""How good search is: queries with the book that a shopper wants, and where it comes."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from shop.extensions import db
from shop.repositories.search import SearchRepository

# The search was improved on the tuned queries until they passed; nobody tunes it on the others.
TUNED, HELD_OUT = (Path(__file__).with_name(name) for name in ("queries.tsv", "held_out.tsv"))
SHOWN = 5
ARTICLES = ("the", "a", "an")
FACTS = text("""
SELECT b.id, b.title, coalesce(s.name, ''), coalesce(p.name, ''),
       coalesce((SELECT string_agg(concat_ws(' ', c.name, c.name_en), ' ')
                 FROM book_contributors bc JOIN contributors c ON c.id = bc.contributor_id
                 WHERE bc.book_id = b.id), ''),
       words_in(b.title)
FROM books b LEFT JOIN series s ON s.id = b.series_id
LEFT JOIN publishers p ON p.id = b.publisher_id
WHERE b.id = ANY(:ids)
""")
SOUNDS = text("""
SELECT array_agg(DISTINCT sound_of(w)) FROM unnest(words_in(:name)) AS w
""")


@dataclass(frozen=True)
class Query:
    """`title` is the book's, * for any by the author, or `series:` or `publisher:` of it.

    Where several books would do, ` | ` stands between their titles.
    """

    kind: str
    query: str
    title: str
    author: str

    @property
    def is_for_gutenberg(self) -> bool:
        """Only Gutenberg's catalogue has the book."""
        return self.kind == "gutenberg"


@dataclass(frozen=True)
class Judgement:
    """`rank` of the first right book among those shown, from 1; None where none is."""

    query: Query
    rank: int | None
    shown: tuple[str, ...]

    def is_right_in(self, most: int) -> bool:
        return self.rank is not None and self.rank <= most


def queries(labelled: Path) -> list[Query]:
    with labelled.open(encoding="utf-8", newline="") as file:
        return [Query(**row) for row in csv.DictReader(file, delimiter="\t")]


def judge(query: Query) -> Judgement:
    search = SearchRepository(db.session)
    ids = search.ranked(search.find(query.query))[:SHOWN].tolist()
    facts = {row[0]: row for row in db.session.execute(FACTS, {"ids": ids})}
    shown = [facts[id] for id in ids]
    ranks = (place for place, book in enumerate(shown, 1) if _is_right(query, book))
    return Judgement(query, next(ranks, None), tuple(book[1] for book in shown))


def _is_right(query: Query, book: tuple[object, ...]) -> bool:
    people = str(book[4])
    titled = any(_is_called(title, book) for title in query.title.split(" | "))
    return titled and (query.author == "*" or _sounds(query.author) <= _sounds(people))


def _is_called(title: str, book: tuple[object, ...]) -> bool:
    _, _, series, publisher, _, words = book
    where, _, name = title.partition(":")
    if where in ("series", "publisher") and name:
        return name == (series if where == "series" else publisher)
    return title == "*" or _same_title(title, list(words))  # type: ignore[call-overload]


def _same_title(title: str, words: list[str]) -> bool:
    """The title, in either alphabet, or what follows it: editions have subtitles of their own."""
    wanted = db.session.scalar(text("SELECT words_in(:title)"), {"title": title}) or []
    wanted, bare = (_by_ear([w for w in each if w not in ARTICLES]) for each in (wanted, words))
    return bare[: len(wanted)] == wanted


def _by_ear(words: list[str]) -> list[str]:
    heard = text("SELECT coalesce(sound_of(w), w) FROM unnest(CAST(:words AS text[])) AS w")
    return list(db.session.scalars(heard, {"words": words}))


def _sounds(name: str) -> set[str]:
    """An author's names by sound: another edition may spell him otherwise."""
    return set(db.session.scalar(SOUNDS, {"name": name}) or []) - {None}


def report(judgements: list[Judgement]) -> Iterator[str]:
    """A line for each kind, one for all, and one for each failure."""
    yield f"{'kind':12} {'queries':>7} {'success@1':>9} {'success@5':>9} {'MRR':>6}"
    kinds = dict.fromkeys(judgement.query.kind for judgement in judgements)
    for kind in [*kinds, ""]:
        some = [each for each in judgements if kind in ("", each.query.kind)]
        yield (
            f"{kind or 'all':12} {len(some):7} {success(some, 1):9.3f} {success(some, 5):9.3f}"
            f" {reciprocal_rank(some):6.3f}"
        )
    for each in judgements:
        if not each.is_right_in(SHOWN):
            shown = " · ".join(title[:40] for title in each.shown)
            yield f"failed ({each.query.kind}): {each.query.query!r} found {shown or 'nothing'}"


def success(judgements: list[Judgement], most: int) -> float:
    return sum(each.is_right_in(most) for each in judgements) / len(judgements)


def reciprocal_rank(judgements: list[Judgement]) -> float:
    return sum(1 / each.rank for each in judgements if each.rank) / len(judgements)
