"""What search engines are told that there is."""

from __future__ import annotations

from collections.abc import Sequence

from shop.errors import NotFound
from shop.models import Shelf
from shop.repositories.base import Sessions
from shop.repositories.shelves import ShelfRepository
from shop.repositories.sitemap import PART, Entry, Kind, SitemapRepository
from shop.services.base import EntityBaseService

LARGEST = 2**31 // PART


class SitemapService(EntityBaseService[Shelf]):
    def __init__(
        self, session: Sessions, shelves: ShelfRepository, sitemap: SitemapRepository
    ) -> None:
        super().__init__(session, shelves)
        self.shelves = shelves
        self.sitemap = sitemap

    def parts(self) -> list[tuple[Kind, int]]:
        """Each part that has something in it."""
        with self.transaction():
            return [(kind, number) for kind in Kind for number in self.sitemap.parts(kind)]

    def part(self, kind: Kind, part_number: int) -> Sequence[Entry]:
        """What is in one part; NotFound where there is none."""
        if not 1 <= part_number <= LARGEST:
            raise NotFound()
        with self.transaction():
            rows = self.sitemap.part(kind, part_number)
        if not rows:
            raise NotFound()
        return [Entry(row.id, row.name, row.changed) for row in rows]

    def filled_shelves(self) -> Sequence[Shelf]:
        """The shelves of the window that have books on them."""
        with self.transaction():
            return self.shelves.filled()
