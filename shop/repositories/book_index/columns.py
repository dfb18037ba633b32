"""The columns: a number for each book and each thing that books are narrowed or sorted by."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from shop.models.columns import today
from shop.repositories.book_index.names import Names
from shop.repositories.book_index.packed import Ints, Mask, Rows
from shop.repositories.book_index.sets import Sets, gather

NO_YEAR = -(2**15)

# Smallest types that hold what the database lets in: a million books are read as fast as memory is.
TYPES: dict[str, type] = {
    "id": np.int32,
    "publisher": np.int32,
    "series": np.int32,
    "language": np.int16,
    "format": np.int8,
    "year": np.int16,
    "age": np.int8,
    # Kopecks.
    "price": np.int64,
    "available": np.int32,
    "discount": np.int8,
    # Days since 1970; 0 for what has been on sale from the start.
    "released": np.int32,
    # Microseconds since 1970.
    "appeared": np.int64,
    # Copies sold lately.
    "sold": np.int32,
    # A number for the title, to see whether it is another.
    "title": np.int64,
}


@dataclass
class Read:
    """Books as read: columns by name, and pairs of book id and member, all in id order."""

    columns: dict[str, Ints]
    authors: tuple[Ints, Ints]
    categories: tuple[Ints, Ints]

    @property
    def ids(self) -> Ints:
        return self.columns["id"]


@dataclass
class BookColumns:
    """All books in id order; `authors` and `categories` hold the number of each book's set."""

    of: dict[str, Ints]
    authors: Ints
    author_sets: Sets
    categories: Ints
    category_sets: Sets
    # Places in the list by title, read when first asked for; None when no longer right.
    title_places: Ints | None = field(default=None, repr=False)
    _above: tuple[Names, int, Ints, Ints] | None = field(default=None, repr=False)

    @classmethod
    def of_read(cls, read: Read) -> BookColumns:
        authors, author_sets = _sets(read.ids, *read.authors)
        categories, category_sets = _sets(read.ids, *read.categories)
        of: dict[str, Ints] = {
            name: read.columns[name].astype(kind) for name, kind in TYPES.items()
        }
        return cls(of, authors, author_sets, categories, category_sets)

    @property
    def ids(self) -> Ints:
        return self.of["id"]

    def in_stock(self) -> Mask:
        """Books that can be had today: there is a copy, and they are out."""
        return self.are_out() & (self.of["available"] > 0)

    def are_out(self) -> Mask:
        """All books but those that are only announced today."""
        mask: Mask = self.of["released"] <= (today() - date(1970, 1, 1)).days
        return mask

    def __len__(self) -> int:
        return len(self.ids)

    def rows(self, ids: NDArray[np.integer]) -> Rows:
        """The rows of those of these books that are here."""
        places, there = self._places(ids)
        return places[there]

    def _places(self, ids: NDArray[np.integer]) -> tuple[Rows, Mask]:
        """Where each of these ids stands or would stand, and whether it is there."""
        places = np.searchsorted(self.ids, ids)
        there = places < len(self)
        there[there] = self.ids[places[there]] == ids[there]
        return places, there

    def replace(self, changed: Ints, read: Read) -> None:
        """What was read in the place of what these books were; those not read are gone."""
        self._remove(np.setdiff1d(changed, read.ids))
        self._make_room(read.ids)
        rows = self.rows(read.ids)
        if np.any(self.of["title"][rows] != read.columns["title"]):
            self.title_places = None
        for name, kind in TYPES.items():
            self.of[name][rows] = read.columns[name].astype(kind)
        self.authors[rows] = self.author_sets.with_members(
            self.authors[rows], _members(read.ids, *read.authors)
        )
        self.categories[rows] = self.category_sets.with_members(
            self.categories[rows], _members(read.ids, *read.categories)
        )

    def titles(self) -> Ints:
        """The place of each book in the list by title; they must have been put there."""
        if self.title_places is None:
            raise LookupError("the places by title were not read")
        return self.title_places

    def categories_above(self, names: Names) -> tuple[Ints, Ints]:
        """Pairs of a set of categories and a category at or above one of its members."""
        sets = self.category_sets
        if self._above is None or self._above[0] is not names or self._above[1] != sets.number:
            self._above = (names, sets.number, *_closed(sets, names))
        return self._above[2:]

    def _remove(self, ids: Ints) -> None:
        rows = self.rows(ids)
        if len(rows):
            self.of = {name: np.delete(column, rows) for name, column in self.of.items()}
            self.authors = np.delete(self.authors, rows)
            self.categories = np.delete(self.categories, rows)
            if self.title_places is not None:
                self.title_places = np.delete(self.title_places, rows)

    def _make_room(self, wanted: Ints) -> None:
        """Rows for those of these books that have none yet."""
        all_places, there = self._places(wanted)
        ids, places = wanted[~there], all_places[~there]
        if len(ids):
            self.of = {
                name: np.insert(column, places, ids if name == "id" else 0)
                for name, column in self.of.items()
            }
            self.authors = np.insert(self.authors, places, 0)
            self.categories = np.insert(self.categories, places, 0)
            self.title_places = None


def _closed(sets: Sets, names: Names) -> tuple[Ints, Ints]:
    above = names.above()
    steps = [above.get(member, ()) for member in sets.member.tolist()]
    of_set = np.repeat(sets.of_set, [len(step) for step in steps])
    pairs = of_set << 32 | np.array([each for step in steps for each in step], np.int64)
    different = np.unique(pairs)
    return different >> 32, different & 0xFFFFFFFF


def _sets(ids: Ints, books: Ints, members: Ints) -> tuple[Ints, Sets]:
    return gather(np.searchsorted(ids, books), members, len(ids))


def _members(ids: Ints, books: Ints, members: Ints) -> list[tuple[int, ...]]:
    """The members of each book, ascending, in the order of `ids`."""
    starts, ends = np.searchsorted(books, ids), np.searchsorted(books, ids, side="right")
    return [tuple(members[start:end].tolist()) for start, end in zip(starts, ends, strict=True)]
