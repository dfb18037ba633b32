"""An account's cart in its two stores: Redis works with it, PostgreSQL remembers it.

Each change counts the cart's number of changes up. Where PostgreSQL has the larger number, Redis
has lost something and is filled again; where Redis has it, the copy is late and is made anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from shop.models.columns import utcnow
from shop.repositories.carts import CartRepository, StoredCart, StoredLine, owner_of
from shop.repositories.kept_carts import KeptCartRepository


class DurableCarts:
    """Its methods need a transaction around them. A guest's cart is in Redis alone."""

    def __init__(self, carts: CartRepository, kept: KeptCartRepository) -> None:
        self.carts = carts
        self.kept = kept

    def lines(self, cart_id: str) -> tuple[StoredLine, ...]:
        """The lines in the order in which they were put in, with what Redis had lost."""
        stored = self.carts.read(cart_id)
        user_id = owner_of(cart_id)
        if user_id is None or self.kept.copy_of(user_id).changes == stored.changes:
            return stored.lines
        return self._in_step(cart_id, user_id).lines

    @contextmanager
    def changing(self, cart_id: str) -> Iterator[CartRepository]:
        """Change the cart in Redis inside; what Redis had lost is there again before."""
        user_id = owner_of(cart_id)
        if user_id is not None:
            self.lines(cart_id)
        yield self.carts
        if user_id is not None:
            self._in_step(cart_id, user_id)

    def _in_step(self, cart_id: str, user_id: int) -> StoredCart:
        """Make the older of the two what the newer is."""
        kept = self.kept.locked(user_id)
        # Read while the row is locked: of two changes at once, the later copy has both.
        stored = self.carts.read(cart_id)
        if kept is None or kept.changes == stored.changes:
            return stored
        if kept.changes < stored.changes:
            kept.changes = stored.changes
            kept.lines = [(line.book_id, line.quantity, line.added_at) for line in stored.lines]
            kept.updated_at = utcnow()
            return stored
        self.carts.refill(cart_id, kept.changes, self.kept.lines_of(kept))
        return self.carts.read(cart_id)
