"""Rendered parts of pages that are the same for everybody, kept for as long as nothing changes.

The key holds the catalogue's version, so that a change of a price or of stock is on the next page.
What is for one visitor, a token or a cart, must not be in such a part. Each process keeps its own;
of a few that many ask for, one makes them for all (ADR 19).
"""

from __future__ import annotations

from collections.abc import Hashable, Sized
from threading import Lock
from typing import Generic, TypeVar

from cachetools import LRUCache
from flask import Flask, current_app

from shop.gateways.shared_cache import Shared
from shop.observing.metrics import count_lookup

# What was rendered; its length is the number of its characters.
Kept = TypeVar("Kept", bound=Sized)
# Characters; a page of the catalogue has 60 000.
ROOM = 32 * 2**20
KEPT = "kept_fragments"
SHARED = "shared_fragments"


class KeptFragments:
    """One for each process."""

    def __init__(self, room: int = ROOM) -> None:
        self._kept: LRUCache[Hashable, Sized] = LRUCache(room, getsizeof=len)
        self._lock = Lock()

    def get(self, key: Hashable) -> Sized | None:
        with self._lock:
            return self._kept.get(key)

    def put(self, key: Hashable, rendered: Sized) -> None:
        """Keep it, unless it is too long."""
        with self._lock:
            if len(rendered) < self._kept.maxsize // 8:
                self._kept[key] = rendered


class Wanted(Generic[Kept]):
    """What one request wants: kept from an earlier one under this key, or made now."""

    def __init__(self, kind: type[Kept], key: Hashable) -> None:
        self._fragments: KeptFragments = current_app.extensions[KEPT]
        self._kind = kind
        self._key = key
        self._version = 0
        self._found: Kept | None = None

    def known(self, version: int) -> bool:
        """Whether it is there for this version of the catalogue."""
        self._version = version
        found = self._fragments.get((version, self._key))
        self._found = found if isinstance(found, self._kind) else None
        count_lookup("kept_fragments", hit=self._found is not None)
        return self._found is not None

    @property
    def found(self) -> Kept:
        """What was kept; LookupError where it was not known."""
        if self._found is None:
            raise LookupError(f"nothing is kept of {self._key}")
        return self._found

    def keep(self, made: Kept) -> Kept:
        """Keep what was made for the version that was asked about; answers it."""
        self._fragments.put((self._version, self._key), made)
        return made


class WantedByMany(Wanted[str]):
    """The same of a text that all processes share, under a name and the mark of the catalogue."""

    def __init__(self, name: str, key: Hashable) -> None:
        super().__init__(str, key)
        self._shared: Shared = current_app.extensions[SHARED]
        self._name = name
        self._mark = ""

    def known_as(self, version: int, mark: str) -> bool:
        """Whether it is there for this version of the catalogue, here or elsewhere."""
        self._mark = mark
        if not self.known(version):
            found = self._shared.get(self._name, mark, self._key)
            self._found = super().keep(found) if isinstance(found, str) else None
        return self._found is not None

    def keep(self, made: str) -> str:
        self._shared.put(self._name, self._mark, self._key, made)
        return super().keep(made)


def install(app: Flask, shared: Shared) -> None:
    app.extensions[KEPT] = KeptFragments()
    app.extensions[SHARED] = shared
