"""The words of a query as the vocabulary of the shop knows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import text

from shop.repositories.base import Sessions

MOST_WORDS = 12


class Kind(StrEnum):
    ITSELF = "itself"
    # Another word that sounds the same.
    SOUND = "sound"
    # A word that begins so.
    LONGER = "longer"
    # A word that is written nearly so.
    NEAR = "near"
    # A word that sounds nearly so.
    ALIKE = "alike"
    # The first of two words that it is made of; the root is the second one.
    SPLIT = "split"


@dataclass(frozen=True)
class Word:
    """A word of the vocabulary for the one at `place` of the text number `reading`, from 1.

    `books` is about how many books have it, None where none does. `root` is None for a stop
    word. `rooted`: another form of the word is known.
    """

    reading: int
    place: int
    kind: Kind
    word: str
    root: str | None
    books: int | None
    rooted: bool
    sound: str | None = None

    @property
    def is_known(self) -> bool:
        return self.books is not None


# Words that are in no book are looked up by likeness. Of the second reading only when the first
# one has such a word: a text that makes sense is not read through another keyboard. Two letters in
# each other's places leave a short word too few trigrams in common: those are put back and tried.
LOOK_UP = text("""
WITH asked AS MATERIALIZED (
    SELECT t.reading::integer, w.place::integer, left(w.word, 100) AS word,
           w.place = cardinality(t.words) AS is_last
    FROM (
        SELECT reading, words_in(value) AS words
        FROM unnest(CAST(:texts AS text[])) WITH ORDINALITY AS texts(value, reading)
    ) t CROSS JOIN LATERAL unnest(t.words) WITH ORDINALITY AS w(word, place)
    WHERE w.place <= :most
), seen AS MATERIALIZED (
    SELECT a.*, root_of(a.word) AS root, sound_of(a.word) AS sound, k.books,
           k.word IS NULL AND EXISTS (
               SELECT FROM search_words r WHERE r.root = root_of(a.word)) AS rooted
    FROM asked a LEFT JOIN search_words k ON k.word = a.word
), strange AS MATERIALIZED (
    SELECT * FROM seen s
    WHERE (:all_words OR s.books IS NULL AND NOT s.rooted) AND length(s.word) > 2
      AND (s.reading = 1 OR EXISTS (
          SELECT FROM seen f WHERE f.reading = 1 AND f.books IS NULL AND NOT f.rooted))
)
SELECT reading, place, 'itself' AS kind, word, root, books, rooted, sound FROM seen
UNION ALL
SELECT s.reading, s.place, 'sound', w.word, w.root, w.books, false, w.sound
FROM seen s CROSS JOIN LATERAL (
    SELECT * FROM search_words k
    WHERE k.sound = s.sound AND k.word <> s.word AND k.root IS NOT NULL
    ORDER BY k.books DESC, k.word LIMIT :sounds
) w WHERE s.root IS NOT NULL
UNION ALL
SELECT s.reading, s.place, 'longer', w.word, w.root, w.books, false, w.sound
FROM seen s CROSS JOIN LATERAL (
    SELECT * FROM search_words k
    WHERE k.word > s.word AND k.word < s.word || U&'\\+10FFFF'
    ORDER BY k.names DESC, k.books DESC LIMIT :longer
) w WHERE s.is_last AND (s.books IS NULL OR :all_words OR :typing)
UNION ALL
SELECT s.reading, s.place, 'sound', w.word, w.root, w.books, false, w.sound
FROM seen s CROSS JOIN LATERAL (
    SELECT * FROM search_words k
    WHERE k.sound > s.sound AND k.sound < s.sound || U&'\\+10FFFF'
      AND k.root IS NOT NULL AND NOT starts_with(k.word, s.word)
    ORDER BY k.books DESC, k.word LIMIT :longer
) w WHERE s.is_last AND :typing AND length(s.word) > 2
UNION ALL
SELECT s.reading, s.place, 'near', w.word, w.root, w.books, false, w.sound
FROM strange s CROSS JOIN LATERAL (
    (SELECT * FROM search_words k
     WHERE k.word % s.word AND k.word <> s.word AND k.root IS NOT NULL
       AND length(k.word) BETWEEN length(s.word) - 2 AND length(s.word) + 2
     ORDER BY similarity(k.word, s.word) DESC, k.books DESC LIMIT :nears)
    UNION
    SELECT swapped.*
    FROM generate_series(1, length(s.word) - 1) AS place
    CROSS JOIN LATERAL (
        SELECT * FROM search_words k
        WHERE k.word = overlay(s.word PLACING reverse(substr(s.word, place, 2)) FROM place FOR 2)
        LIMIT 1
    ) swapped
    WHERE swapped.word <> s.word AND swapped.root IS NOT NULL
) w
UNION ALL
SELECT s.reading, s.place, 'alike', w.word, w.root, w.books, false, w.sound
FROM strange s CROSS JOIN LATERAL (
    SELECT * FROM search_words k
    WHERE k.sound % s.sound AND k.sound <> s.sound AND k.root IS NOT NULL
      AND length(k.sound) BETWEEN length(s.sound) - 2 AND length(s.sound) + 2
    ORDER BY similarity(k.sound, s.sound) DESC, k.books DESC LIMIT :nears
) w
UNION ALL
SELECT s.reading, s.place, 'split', h.word, r.word, least(h.books, r.books), false, NULL
FROM strange s
CROSS JOIN LATERAL generate_series(3, length(s.word) - 3) AS cut
CROSS JOIN LATERAL (
    SELECT * FROM search_words k WHERE k.word = left(s.word, cut) AND k.books > 0 LIMIT 1
) h CROSS JOIN LATERAL (
    SELECT * FROM search_words k WHERE k.word = substr(s.word, cut + 1) AND k.books > 0 LIMIT 1
) r
""")


class Vocabulary:
    def __init__(self, session: Sessions) -> None:
        self.session = session

    def look_up(
        self, texts: Sequence[str], all_words: bool = False, typing: bool = False
    ) -> list[Word]:
        """What is known about the words of each text.

        What is written nearly so is asked about words that are in no book, or about all. The last
        word is the beginning of others where no book has it, or while one is typing.
        """
        rows = self.session.execute(
            LOOK_UP,
            {
                "texts": list(texts),
                "most": MOST_WORDS,
                "all_words": all_words,
                "typing": typing,
                "sounds": 12,
                "nears": 40,
                "longer": 8,
            },
        )
        return [Word(row[0], row[1], Kind(row[2]), *row[3:]) for row in rows]
