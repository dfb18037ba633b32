"""Carts in Redis: a set of book ids and a hash for each line.

All keys of a cart share the hash tag `{cart:<id>}`, so they live in one slot and each change
of a line and of the set is one atomic script. Each change renews the life of the whole cart.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from redis import Redis
from redis.commands.core import Script

from shop.repositories.cart_scripts import LEAD, PUT, READ, REFILL, REMOVE, RESTORE


class Full(Exception):
    """The cart holds as many titles as it may."""


class TooMany(Exception):
    """The line would hold more copies than it may."""


@dataclass(frozen=True)
class StoredLine:
    """One line as Redis keeps it. `added_at` is in seconds since 1970."""

    book_id: int
    quantity: int
    added_at: float


@dataclass(frozen=True)
class StoredCart:
    """The lines in the order in which they were put in.

    `changes` counts what an account's cart has been through: 0 when Redis knows nothing of it.
    """

    changes: int
    lines: tuple[StoredLine, ...]


def cart_of(user_id: int) -> str:
    """The id of an account's cart. A guest's never looks like this."""
    return f"u{user_id}"


def owner_of(cart_id: str) -> int | None:
    """The id of the account whose cart it is; None for a guest's."""
    found = re.fullmatch(r"u(\d+)", cart_id)
    return int(found[1]) if found else None


class CartRepository:
    """`life` is how long an untouched cart is kept, in seconds."""

    def __init__(self, redis: Redis, life: int, most_lines: int) -> None:
        self.redis = redis
        self.life = life
        self.most_lines = most_lines
        self._put: Script = redis.register_script(PUT)
        self._lead: Script = redis.register_script(LEAD)
        self._remove: Script = redis.register_script(REMOVE)
        self._restore: Script = redis.register_script(RESTORE)
        self._read: Script = redis.register_script(READ)
        self._refill: Script = redis.register_script(REFILL)

    def ping(self) -> None:
        self.redis.ping()

    def read(self, cart_id: str) -> StoredCart:
        keys = [self._set(cart_id), self._changes(cart_id)]
        answer: Any = self._read(keys=keys, args=[self._line(cart_id)])
        changes, *rows = answer
        lines = [StoredLine(int(book), int(number), float(at)) for book, number, at in rows]
        lines.sort(key=lambda line: (line.added_at, line.book_id))
        return StoredCart(changes, tuple(lines))

    def lines(self, cart_id: str) -> tuple[StoredLine, ...]:
        return self.read(cart_id).lines

    def put(self, cart_id: str, book_id: int, quantity: int, *, most: int, add: bool) -> None:
        """Set the line's copies, or add to them; TooMany over `most`, Full for one title more."""
        answer = self._run_put(cart_id, book_id, quantity, "add" if add else "set", most)
        if answer == -1:
            raise Full
        if answer == -2:
            raise TooMany

    def put_at_least(self, cart_id: str, book_id: int, quantity: int) -> None:
        """Keep the larger of the line's copies and `quantity`, in a full cart too."""
        self._run_put(cart_id, book_id, quantity, "at_least", 0)

    def lead(self, cart_id: str, gone: int, kept: int, *, most: int) -> None:
        """Make the line of a book that is gone one of the book that is kept; safe to repeat.

        Never refused, in a full cart too: what would be over `most` copies is left out.
        """
        self._change(self._lead, cart_id, kept, gone, most)

    def remove(self, cart_id: str, book_id: int, *, keep: int = 0) -> None:
        """Take the line out; for `keep` seconds it can be put back as it was."""
        self._change(self._remove, cart_id, book_id, keep)

    def removed(self, cart_id: str, book_id: int) -> StoredLine | None:
        """The line that could be put back."""
        row: Any = self.redis.hmget(self._removed(cart_id, book_id), "quantity", "added_at")
        quantity, at = row
        return StoredLine(book_id, int(quantity), float(at)) if quantity else None

    def restore(self, cart_id: str, book_id: int) -> bool:
        """Put a removed line back into its place; False when it is kept no more, or Full."""
        answer = self._change(self._restore, cart_id, book_id, self.most_lines)
        if answer == -1:
            raise Full
        return bool(answer)

    def refill(self, cart_id: str, changes: int, lines: Sequence[StoredLine]) -> None:
        """Make the cart what it was after so many changes, where Redis has seen fewer."""
        flat = [part for line in lines for part in (line.book_id, line.quantity, line.added_at)]
        self._refill(
            keys=[self._set(cart_id), self._changes(cart_id)],
            args=[self.life, self._line(cart_id), changes, *flat],
        )

    def _run_put(self, cart_id: str, book_id: int, quantity: int, how: str, most: int) -> int:
        arguments = (quantity, how, most, time.time(), self.most_lines)
        return int(self._change(self._put, cart_id, book_id, *arguments))

    def _change(self, script: Script, cart_id: str, book_id: int, *arguments: float | str) -> Any:
        prefix = self._line(cart_id)
        keys = [self._set(cart_id), f"{prefix}{book_id}", self._removed(cart_id, book_id)]
        if owner_of(cart_id) is not None:
            keys.append(self._changes(cart_id))
        return script(keys=keys, args=[book_id, self.life, prefix, *arguments])

    @staticmethod
    def _set(cart_id: str) -> str:
        return f"{{cart:{cart_id}}}:books"

    @staticmethod
    def _line(cart_id: str) -> str:
        return f"{{cart:{cart_id}}}:line:"

    @staticmethod
    def _removed(cart_id: str, book_id: int) -> str:
        return f"{{cart:{cart_id}}}:removed:{book_id}"

    @staticmethod
    def _changes(cart_id: str) -> str:
        return f"{{cart:{cart_id}}}:changes"
