"""One page of a list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

MAX_LIMIT = 100
# Far beyond any list of the shop, and still a number that PostgreSQL takes for OFFSET.
MAX_PAGE = 1_000_000


@dataclass(frozen=True)
class Page(Generic[T]):
    """`items` of page `page` (from 1), out of `total`, `limit` to a page."""

    items: Sequence[T]
    total: int
    page: int
    limit: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.limit))

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)
