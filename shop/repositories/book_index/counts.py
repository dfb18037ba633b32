"""How many books have each value: of an author, a language, a category."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shop.repositories.book_index.packed import Ints


@dataclass(frozen=True)
class Counts:
    """`values` that at least one book has, ascending, and the number of books for each."""

    values: Ints
    books: Ints

    @classmethod
    def of_codes(cls, books_by_code: Ints) -> Counts:
        """From the number of books at the place of each code."""
        values = np.flatnonzero(books_by_code)
        return cls(values, books_by_code[values])

    def __len__(self) -> int:
        return len(self.values)

    def without(self, value: int) -> Counts:
        kept = self.values != value
        return Counts(self.values[kept], self.books[kept])

    def of(self, value: int) -> int:
        place = int(np.searchsorted(self.values, value))
        there = place < len(self) and self.values[place] == value
        return int(self.books[place]) if there else 0

    def among(self, values: Ints) -> Counts:
        """Only these values."""
        kept = np.isin(self.values, values)
        return Counts(self.values[kept], self.books[kept])

    def most(self, number: int) -> list[tuple[int, int]]:
        """Values with the most books and how many, the lower value first among equals."""
        values, books = self.values, self.books
        if len(values) > number:
            least = np.partition(books, len(books) - number)[len(books) - number]
            values, books = values[books >= least], books[books >= least]
        order = np.argsort(-books, kind="stable")[:number]
        return list(zip(values[order].tolist(), books[order].tolist(), strict=True))

    def items(self) -> list[tuple[int, int]]:
        return list(zip(self.values.tolist(), self.books.tolist(), strict=True))
