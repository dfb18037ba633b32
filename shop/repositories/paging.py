"""One page of a list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

MAX_LIMIT = 100
# Far beyond any list of the shop, and still a number that PostgreSQL takes for OFFSET.
MAX_PAGE = 1_000_000
# Staff leaf through so many rows of a list, and are told that there are more.
MOST_COUNTED = 10_000
# Whoever searches looks at no more rows than these, and types another word.
MOST_FOUND = 500


@dataclass(frozen=True)
class Page(Generic[T]):
    """`items` of page `page` (from 1), out of `total`, `limit` to a page."""

    items: Sequence[T]
    total: int
    page: int
    limit: int
    # The id that the next part of a list goes on after; None at its end, and where the list has
    # another order than by id.
    next_after: int | None = None
    # Whether there are more than `total`, which nobody counted.
    is_capped: bool = False

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.limit))

    @property
    def near(self) -> list[int | None]:
        """Pages to lead to: the first, the last and those about this one; None for a gap."""
        here = {1, self.pages, *range(self.page - 1, self.page + 2)}
        shown: list[int | None] = []
        for number in sorted(each for each in here if 1 <= each <= self.pages):
            if shown and shown[-1] is not None and number - shown[-1] > 1:
                shown.append(None)
            shown.append(number)
        return shown

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)
