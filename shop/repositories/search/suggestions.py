"""What to suggest while somebody is typing: a few books, authors and categories."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, text

from shop.config import MediaStore
from shop.models import Image
from shop.repositories.base import Sessions
from shop.repositories.search.codes import by_code
from shop.repositories.search.questions import beginnings, name_question
from shop.repositories.search.reading import Manner, Reading, read
from shop.repositories.search.typed import clean, in_other_layout
from shop.repositories.search.vocabulary import Vocabulary

# Editions of one book are one suggestion, so more are asked for than are shown.
ASKED_BOOKS = 20
MOST_BOOKS, MOST_AUTHORS, MOST_CATEGORIES = 5, 3, 3
# So many are looked at to choose the best few among them.
CANDIDATES = 200


@dataclass(frozen=True)
class SuggestedBook:
    """A book as a line of a list. Of its cover only the sizes are known."""

    id: int
    slug: str
    title: str
    language: str
    authors: str
    cover: Image | None


@dataclass(frozen=True)
class SuggestedAuthor:
    id: int
    slug: str
    name: str


@dataclass(frozen=True)
class SuggestedCategory:
    path: str
    name: str


@dataclass(frozen=True)
class Suggestions:
    """`corrected` and `marks` as of a search."""

    books: Sequence[SuggestedBook] = ()
    authors: Sequence[SuggestedAuthor] = ()
    categories: Sequence[SuggestedCategory] = ()
    corrected: str | None = None
    marks: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.books or self.authors or self.categories)


# Of those that match equally well, what is in the page's language and what sells comes first.
BOOKS = text("""
SELECT b.id, b.slug, b.title, b.language,
       coalesce((SELECT string_agg(
                    CASE WHEN b.language = 'ru' THEN c.name ELSE coalesce(c.name_en, c.name) END,
                    ', ' ORDER BY bc.position)
                 FROM book_contributors bc JOIN contributors c ON c.id = bc.contributor_id
                 WHERE bc.book_id = b.id AND bc.role = 'author'), '') AS authors,
       cover.store, cover.folder, cover.widths, cover.width, cover.height, cover.colour
FROM (
    SELECT s.id, min(s.tier) AS tier, coalesce(max(o.copies), 0) AS copies
    FROM (
        SELECT * FROM some_books(CAST(CAST(:questions AS text[]) AS tsquery[]), :candidates)
        UNION ALL
        SELECT code.id, 0 FROM unnest(CAST(:coded AS integer[])) AS code(id)
    ) AS s(id, tier)
    JOIN books v ON v.id = s.id AND v.status = 'on_sale'
    LEFT JOIN book_sales o ON o.book_id = s.id
    GROUP BY s.id ORDER BY tier, copies DESC, s.id LIMIT :books
) best JOIN books b ON b.id = best.id
LEFT JOIN LATERAL (
    SELECT i.* FROM images i
    WHERE i.book_id = b.id AND i.folder IS NOT NULL ORDER BY i.position, i.id LIMIT 1
) cover ON true
ORDER BY best.tier, b.language = :language DESC, best.copies DESC, b.id
""")
# Authors with most books first.
NAMES = text("""
(SELECT 'author' AS kind, c.id, c.slug,
        CASE WHEN :language = 'ru' THEN c.name ELSE coalesce(c.name_en, c.name) END AS name
 FROM (
    SELECT c.*, (
        SELECT count(*) FROM (
            SELECT FROM book_contributors b
            WHERE b.contributor_id = c.id AND b.role = 'author' LIMIT 100) few) AS books
    FROM (
        SELECT * FROM contributors
        WHERE name_document(name, name_en) @@ CAST(:question AS tsquery) LIMIT :candidates
    ) c
 ) c WHERE EXISTS (
    SELECT FROM book_contributors b JOIN books v ON v.id = b.book_id
    WHERE b.contributor_id = c.id AND b.role = 'author' AND v.status = 'on_sale')
 ORDER BY c.books DESC, c.id LIMIT :authors)
UNION ALL
(SELECT 'category', id, path,
        CASE WHEN :language = 'ru' THEN coalesce(name_ru, name) ELSE name END
 FROM categories WHERE name_document(name, name_ru) @@ CAST(:question AS tsquery)
 ORDER BY parent_id NULLS FIRST, position, id LIMIT :categories)
""")


class SuggestionRepository:
    def __init__(self, session: Sessions) -> None:
        self.session = session
        self.vocabulary = Vocabulary(session)

    def suggest(self, text: str, language: str) -> Suggestions:
        """A few things whose names have these words, the last of which may be unfinished.

        Names are told in the language of the page.
        """
        typed = clean(text)
        if not typed:
            return Suggestions()
        if coded := by_code(self.session, typed):
            return Suggestions(self._books([], coded[:CANDIDATES], language))
        texts = [each for each in (typed, in_other_layout(typed)) if each]
        for reading in self._readings(texts):
            if reading.terms and (suggestions := self._named(reading, language)):
                return suggestions
        return Suggestions()

    def _readings(self, texts: Sequence[str]) -> Iterator[Reading]:
        """One more freely than the other."""
        yield read(texts, self.vocabulary.look_up(texts, typing=True), Manner.TYPING)
        words = self.vocabulary.look_up(texts, all_words=True)
        yield read(texts, words, Manner.LENIENT)

    def _named(self, reading: Reading, language: str) -> Suggestions:
        books = self._books(beginnings(reading), [], language)
        asked = {
            "candidates": CANDIDATES,
            "language": language,
            "question": name_question(reading),
            "authors": MOST_AUTHORS,
            "categories": MOST_CATEGORIES,
        }
        names = self.session.execute(NAMES, asked).all()
        return Suggestions(
            books,
            [SuggestedAuthor(*row[1:]) for row in names if row[0] == "author"],
            [SuggestedCategory(row[2], row[3]) for row in names if row[0] == "category"],
            reading.corrected,
            reading.marks,
        )

    def _books(
        self, questions: Sequence[str], coded: Sequence[int], language: str
    ) -> list[SuggestedBook]:
        """The first few that answer to the questions, or have the code that was typed."""
        asked = {
            "questions": questions,
            "coded": coded,
            "candidates": CANDIDATES,
            "books": ASKED_BOOKS,
            "language": language,
        }
        rows = self.session.execute(BOOKS, asked)
        found = [
            SuggestedBook(row.id, row.slug, row.title, row.language, row.authors, _cover(row))
            for row in rows
        ]
        return _different(found)[:MOST_BOOKS]


def _cover(row: Row[Any]) -> Image | None:
    if row.folder is None:
        return None
    return Image(
        store=MediaStore(row.store),
        folder=row.folder,
        widths=row.widths,
        width=row.width,
        height=row.height,
        colour=row.colour,
    )


def _different(books: Sequence[SuggestedBook]) -> list[SuggestedBook]:
    """The first of each title by the same authors."""
    return list({(book.title, book.authors): book for book in reversed(books)}.values())[::-1]
