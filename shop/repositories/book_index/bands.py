"""Prices and years in bands: how many books lie between two edges, both of them included."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shop.repositories.book_index.packed import Ints


@dataclass(frozen=True)
class Band:
    """From `least` to `most`, both included; None where it is open."""

    least: int | None
    most: int | None


@dataclass(frozen=True)
class Bands:
    """`unit` is how many of a column's steps make one of the band's: 100 kopecks to the rouble."""

    bands: tuple[Band, ...]
    unit: int = 1

    def counts(self, values: Ints) -> list[int]:
        """Books in each band; one at an edge that two bands share is in both, as links say."""
        edges = np.unique([edge * self.unit for edge in self._edges()])
        below = np.searchsorted(edges, values, side="left")
        # 2 i between edges, 2 i + 1 on one.
        places = below + np.searchsorted(edges, values, side="right")
        spread = np.bincount(places, minlength=2 * len(edges) + 1)
        return [int(spread[self._slice(band, edges)].sum()) for band in self.bands]

    def _edges(self) -> list[int]:
        return [e for band in self.bands for e in (band.least, band.most) if e is not None]

    def _slice(self, band: Band, edges: Ints) -> slice:
        def place(edge: int) -> int:
            return 2 * int(np.searchsorted(edges, edge * self.unit)) + 1

        first = 0 if band.least is None else place(band.least)
        last = None if band.most is None else place(band.most) + 1
        return slice(first, last)


PRICES = Bands(
    (Band(None, 300), Band(300, 500), Band(500, 800), Band(800, 1200), Band(1200, None)), unit=100
)
YEARS = Bands(
    (
        Band(None, 1799),
        Band(1800, 1849),
        Band(1850, 1899),
        Band(1900, 1949),
        Band(1950, 1999),
        Band(2000, None),
    )
)
