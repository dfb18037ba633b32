"""What a book may have several of: authors, categories.

Many books have the same few authors or stand in the same categories. Each different set gets a
number, a book is the number of its set, and counting books becomes counting sets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shop.repositories.book_index.packed import Ints, Mask, Rows


@dataclass
class Sets:
    """`of_set` and `member` are pairs: this set has this member. Set 0 is the empty one."""

    of_set: Ints
    member: Ints
    number: int

    def having(self, members: Ints) -> Mask:
        """For each set, whether any of these members is in it."""
        result = np.zeros(self.number, bool)
        result[self.of_set[np.isin(self.member, members)]] = True
        return result

    def with_members(self, numbers: Ints, wanted: Sequence[tuple[int, ...]]) -> Ints:
        """For each of some books the number of a set that has the members wanted.

        That of `numbers`, which it had so far, where that one has them, or else of a new set. Two
        sets of the same members do no harm. It takes as long for many books as for one.
        """
        known = self._members(np.unique(numbers))
        added: dict[tuple[int, ...], int] = {}
        result = numbers.copy()
        for place, (number, members) in enumerate(zip(numbers.tolist(), wanted, strict=True)):
            if known[number] != members:
                result[place] = added.setdefault(members, self.number + len(added))
        if added:
            self._add(list(added))
        return result

    def _members(self, numbers: Ints) -> dict[int, tuple[int, ...]]:
        """The members of each of these sets, ascending."""
        found: dict[int, list[int]] = {number: [] for number in numbers.tolist()}
        pairs = np.isin(self.of_set, numbers)
        for number, member in np.stack((self.of_set[pairs], self.member[pairs]), 1).tolist():
            found[number].append(member)
        return {number: tuple(sorted(members)) for number, members in found.items()}

    def _add(self, sets: Sequence[tuple[int, ...]]) -> None:
        numbers = np.arange(self.number, self.number + len(sets))
        of_set = np.repeat(numbers, [len(members) for members in sets])
        self.of_set = np.concatenate([self.of_set, of_set])
        self.member = np.concatenate(
            [self.member, np.array([m for s in sets for m in s], np.int64)]
        )
        self.number += len(sets)

    def counts(self, books: Ints) -> Ints:
        """Books for each member, by its id, from the number of books for each set."""
        counted = np.bincount(self.member, weights=books[self.of_set])
        return counted.astype(np.int64)


def gather(rows: Rows, members: Ints, number_of_rows: int) -> tuple[Ints, Sets]:
    """The set of each row, and the sets, from pairs of row and member that stand in row order.

    Sets are told apart by their members one after the other: a set of three is a set of two that
    was met before, with one member more.
    """
    lengths = np.bincount(rows, minlength=number_of_rows)
    starts = np.cumsum(lengths) - lengths
    codes = np.zeros(number_of_rows, np.int64)
    number = 1
    for place in range(int(lengths.max(initial=0))):
        longer = np.flatnonzero(lengths > place)
        keys = codes[longer] << 32 | members[starts[longer] + place]
        different, inverse = np.unique(keys, return_inverse=True)
        codes[longer] = number + inverse
        number += len(different)
    used, first = np.unique(codes, return_index=True)
    parts = [np.arange(starts[row], starts[row] + lengths[row]) for row in first]
    pairs = np.concatenate(parts) if parts else np.empty(0, np.intp)
    of_set = np.repeat(used, lengths[first])
    return codes, Sets(of_set, members[pairs], number)
