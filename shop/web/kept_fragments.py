"""Rendered parts of pages that are the same for everybody, kept for as long as nothing changes.

The key holds the catalogue's version, so that a change of a price or of stock is on the next page.
What is for one visitor, a token or a cart, must not be in such a part.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from threading import Lock

from cachetools import LRUCache
from flask import Flask, current_app

# Parts of one page, escaped already, by name.
Parts = Mapping[str, str]
# Characters; a page of the catalogue has 60 000.
ROOM = 32 * 2**20
KEPT = "kept_fragments"


class KeptFragments:
    """One for each process."""

    def __init__(self, room: int = ROOM) -> None:
        self._kept: LRUCache[Hashable, Parts] = LRUCache(room, getsizeof=_size)
        self._lock = Lock()

    def get(self, key: Hashable) -> Parts | None:
        with self._lock:
            return self._kept.get(key)

    def put(self, key: Hashable, parts: Parts) -> None:
        """Keep them, unless they are too long."""
        with self._lock:
            if _size(parts) < self._kept.maxsize // 8:
                self._kept[key] = parts


class Wanted:
    """What one request wants: kept from an earlier one under this key, or made now."""

    def __init__(self, key: Hashable) -> None:
        self._kept: KeptFragments = current_app.extensions[KEPT]
        self._key = key
        self._version = 0
        self._parts: Parts | None = None

    def known(self, version: int) -> bool:
        """Whether it is there for this version of the catalogue."""
        self._version = version
        self._parts = self._kept.get((version, self._key))
        return self._parts is not None

    @property
    def parts(self) -> Parts:
        """What was kept; LookupError where it was not known."""
        if self._parts is None:
            raise LookupError(f"nothing is kept of {self._key}")
        return self._parts

    def keep(self, parts: Parts) -> Parts:
        """Keep what was made for the version that was asked about; answers it."""
        self._kept.put((self._version, self._key), parts)
        return parts


def _size(parts: Parts) -> int:
    return sum(map(len, parts.values()))


def install(app: Flask) -> None:
    app.extensions[KEPT] = KeptFragments()
