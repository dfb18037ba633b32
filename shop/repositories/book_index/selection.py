"""Books that match, by row: how many there are of each kind, and which stand on a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from shop.repositories.book_index.bands import Bands
from shop.repositories.book_index.columns import NO_YEAR, BookColumns
from shop.repositories.book_index.counts import Counts
from shop.repositories.book_index.names import Names
from shop.repositories.book_index.packed import Ints, Mask, Rows


@dataclass
class Selection:
    """The books that every mask lets through; a facet counts under all masks but its own."""

    columns: BookColumns
    names: Names
    masks: Mapping[str, Mask]
    _rows: dict[str | None, Rows | None] = field(default_factory=dict, repr=False)

    def rows(self, but: str | None = None) -> Rows | None:
        """Matching rows, whatever the facet `but` says; None for all there are."""
        but = but if but in self.masks else None
        if but not in self._rows:
            masks = [mask for facet, mask in self.masks.items() if facet != but]
            self._rows[but] = np.flatnonzero(np.logical_and.reduce(masks)) if masks else None
        return self._rows[but]

    def total(self, but: str | None = None) -> int:
        rows = self.rows(but)
        return len(self.columns) if rows is None else len(rows)

    def alone(self, facet: str) -> int:
        """Books that this facet's mask lets through, whatever the others say."""
        return int(np.count_nonzero(self.masks[facet]))

    def counts(self, name: str) -> Counts:
        """Books for each value of a column of ids or codes."""
        return Counts.of_codes(np.bincount(self._values(self.columns.of[name], name)))

    def authors(self) -> Counts:
        sets = self.columns.author_sets
        books = np.bincount(self._values(self.columns.authors, "author"), minlength=sets.number)
        return Counts.of_codes(sets.counts(books))

    def categories(self) -> Counts:
        """Books at or below each category."""
        sets = self.columns.category_sets
        books = np.bincount(
            self._values(self.columns.categories, "category"), minlength=sets.number
        )
        of_set, category = self.columns.categories_above(self.names)
        counted = np.bincount(category, weights=books[of_set])
        return Counts.of_codes(counted.astype(np.int64))

    def available(self) -> int:
        rows, available = self.rows("in_stock"), self.columns.in_stock()
        return int(np.count_nonzero(available if rows is None else available[rows]))

    def bands(self, name: str, bands: Bands) -> list[int]:
        """Books in each band of a column of quantities; a year that nobody knows is in none."""
        values = self._values(self.columns.of[name], name)
        return bands.counts(values[values != NO_YEAR] if name == "year" else values)

    def _values(self, column: Ints, facet: str) -> Ints:
        rows = self.rows(facet)
        return column if rows is None else column.take(rows)
