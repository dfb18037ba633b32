"""All books that a text finds, each with how well."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select, text

from shop.models import BookSales
from shop.repositories.base import Sessions
from shop.repositories.book_index.packed import pack, unpack
from shop.repositories.search.codes import by_code
from shop.repositories.search.questions import (
    questions,
    with_one_less,
    without_strangers,
)
from shop.repositories.search.reading import Manner, Reading, read
from shop.repositories.search.typed import clean, in_other_layout
from shop.repositories.search.vocabulary import Vocabulary

# Where so many books answer to a question, none is asked for that are less like it: nobody leafs
# through a thousand books to those that have the word in the description alone.
ENOUGH = 1000
# A kind of questions is asked only where no book answers to those before it. A book's number in 4
# bytes: text would take longer to read than the books to find.
ANSWER = text("""
WITH RECURSIVE asked AS (
    SELECT row_number() OVER () AS place, kind, tier, CAST(question AS tsquery) AS question
    FROM unnest(CAST(:kinds AS integer[]), CAST(:tiers AS integer[]), CAST(:questions AS text[]))
         AS q(kind, tier, question)
), answered(place, kind, tier, ids, first, is_enough) AS (
    SELECT CAST(0 AS bigint), CAST(NULL AS integer), 0, CAST(NULL AS bytea), 0, false
    UNION ALL
    SELECT q.place, CASE WHEN a.ids IS NULL THEN s.kind ELSE q.kind END, q.tier, a.ids, a.first,
           a.books >= :enough
    FROM answered s
    JOIN asked q ON q.place = s.place + 1 AND q.kind = coalesce(s.kind, q.kind)
    CROSS JOIN LATERAL (
        SELECT string_agg(int4send(d.book_id), '') AS ids, min(d.book_id) AS first,
               count(*) AS books
        FROM book_documents d WHERE d.lexemes @@ q.question
          AND (:for_staff OR d.book_id NOT IN (SELECT id FROM books WHERE status <> 'on_sale'))
    ) a
    WHERE NOT s.is_enough
)
SELECT s.kind, s.tier, s.ids, CAST(d.lexemes AS text) AS lexemes
FROM answered s
LEFT JOIN book_documents d ON :one_whole AND d.book_id = s.first
WHERE s.ids IS NOT NULL
ORDER BY s.tier
""")
NOT_FOUND = np.iinfo(np.int8).max


@dataclass(frozen=True)
class Found:
    """`ids` of books in ascending order, and in `tiers` how well each matches, 0 best.

    `corrected` is what was searched for where that is not what was typed. `marks` are what to
    mark in texts, for `marked()`. `is_partial`: no book has all words, these have some.
    """

    ids: NDArray[np.int32]
    tiers: NDArray[np.int8]
    corrected: str | None = None
    marks: tuple[str, ...] = ()
    is_partial: bool = False

    def among(self, ids: Iterable[int]) -> Found:
        """Those of the books that are among these."""
        kept = np.isin(self.ids, np.fromiter(ids, np.int32))
        return replace(self, ids=self.ids[kept], tiers=self.tiers[kept])


NOTHING = Found(np.empty(0, np.int32), np.empty(0, np.int8))


class SearchRepository:
    def __init__(self, session: Sessions) -> None:
        self.session = session
        self.vocabulary = Vocabulary(session)

    def find(self, text: str, *, for_staff: bool = False) -> Found:
        """Every book that the text finds, as far as they matter; none for a text without words.

        What is not on sale is found for staff alone.

        Where ENOUGH books are very like it, those that are less so are left out.
        """
        typed = clean(text)
        if (ids := by_code(self.session, typed, for_staff=for_staff)) is not None:
            return Found(np.array(ids, np.int32), np.zeros(len(ids), np.int8))
        if not typed:
            return NOTHING
        texts = [each for each in (typed, in_other_layout(typed)) if each]
        reading = self._read(texts, Manner.AS_TYPED)
        found = self._answers(reading, [questions(reading)], for_staff)
        if found.ids.size or not reading.terms:
            return found
        reading = self._read(texts, Manner.LENIENT)
        return self._answers(
            reading,
            [questions(reading), without_strangers(reading), *with_one_less(reading)],
            for_staff,
        )

    def ranked(self, found: Found) -> NDArray[np.int32]:
        """The ids, the best match first."""
        sold = select(pack(BookSales.book_id.expression), pack(BookSales.copies.expression))
        if found.ids.size < ENOUGH:
            sold = sold.where(BookSales.book_id.in_(found.ids.tolist()))
        sellers, copies = map(unpack, self.session.execute(sold).one())
        popular = np.zeros(found.ids.size, np.int64)
        _, here, there = np.intersect1d(found.ids, sellers, True, return_indices=True)
        popular[here] = copies[there]
        return found.ids[np.lexsort((found.ids, -popular, found.tiers))]

    def _read(self, texts: Sequence[str], manner: Manner) -> Reading:
        words = self.vocabulary.look_up(texts, all_words=manner is Manner.LENIENT)
        return read(texts, words, manner)

    def _answers(self, reading: Reading, kinds: Sequence[Sequence[str]], for_staff: bool) -> Found:
        """The books of the first kind of questions that has any.

        Each is in the tier of the first question that it answers to. Only books of the first kind
        have all words.
        """
        asked = [
            (kind, tier, question)
            for kind, questions_of_kind in enumerate(kinds)
            for tier, question in enumerate(questions_of_kind)
            if question
        ]
        parameters = {
            "kinds": [kind for kind, _, _ in asked],
            "tiers": [tier for _, tier, _ in asked],
            "questions": [question for _, _, question in asked],
            "enough": ENOUGH,
            "for_staff": for_staff,
            "one_whole": reading.corrected is not None,
        }
        rows = self.session.execute(ANSWER, parameters).all()
        ids, tiers = _tiers({row.tier: np.frombuffer(row.ids, ">i4") for row in rows})
        corrected = reading.corrected_by(rows[0].lexemes) if rows and rows[0].lexemes else None
        return Found(ids, tiers, corrected, reading.marks, bool(rows) and rows[0].kind > 0)


def _tiers(
    answers: Mapping[int, NDArray[np.int32]],
) -> tuple[NDArray[np.int32], NDArray[np.int8]]:
    """All ids in ascending order, and the first tier that each is in."""
    most = max((int(answer.max()) + 1 for answer in answers.values()), default=0)
    tiers = np.full(most, NOT_FOUND, np.int8)
    for tier, answer in sorted(answers.items(), reverse=True):
        tiers[answer] = tier
    ids = np.flatnonzero(tiers != NOT_FOUND).astype(np.int32)
    return ids, tiers[ids]
