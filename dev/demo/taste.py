"""What readers put into one order: a few books sell well, and like goes with like."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime

from shop.models import Book

# How many titles an order has, and how often.
SIZES, OFTEN = (1, 2, 3, 4), (40, 34, 18, 8)
# How much more likely a book is beside another: by the same author, in the same series or
# category; and in another language hardly at all.
SAME_AUTHOR, SAME_SERIES, SAME_CATEGORY, OTHER_LANGUAGE = 60.0, 30.0, 12.0, 0.1


class Taste:
    def __init__(self, books: Sequence[Book], source: random.Random) -> None:
        self.random = source
        self.books = list(books)
        ranks = list(range(1, len(books) + 1))
        source.shuffle(ranks)
        # Zipf's law: the second of the list sells half as often as the first.
        self.appeal = {book.id: 1 / rank for book, rank in zip(self.books, ranks, strict=True)}

    def basket(self, placed_at: datetime) -> list[Book]:
        """Different books, all of which were in the shop at that time; at least one."""
        there = [book for book in self.books if book.appeared_at < placed_at] or self.books
        (size,) = self.random.choices(SIZES, OFTEN)
        chosen: list[Book] = []
        while len(chosen) < min(size, len(there)):
            rest = [book for book in there if book not in chosen]
            weights = [self._wish(book, chosen) for book in rest]
            chosen += self.random.choices(rest, weights)
        return chosen

    def _wish(self, book: Book, chosen: Sequence[Book]) -> float:
        if not chosen:
            return self.appeal[book.id]
        return self.appeal[book.id] * _likeness(book, chosen[0])


def _likeness(book: Book, first: Book) -> float:
    likeness = 1.0
    if {author.id for author in book.authors} & {author.id for author in first.authors}:
        likeness += SAME_AUTHOR
    if book.series_id is not None and book.series_id == first.series_id:
        likeness += SAME_SERIES
    if {each.id for each in book.categories} & {each.id for each in first.categories}:
        likeness += SAME_CATEGORY
    return likeness if book.language == first.language else likeness * OTHER_LANGUAGE
