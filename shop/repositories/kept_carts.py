"""Copies of accounts' carts in PostgreSQL."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Select, delete, literal, select
from sqlalchemy.dialects.postgresql import insert

from shop.models import KeptCart, User
from shop.models.columns import utcnow
from shop.repositories.base import Repository, Sessions
from shop.repositories.carts import StoredCart, StoredLine


class KeptCartRepository(Repository[KeptCart]):
    """A copy that nobody has touched for as long as a cart lives counts for nothing."""

    entity = KeptCart

    def __init__(self, session: Sessions, life: timedelta) -> None:
        super().__init__(session)
        self.life = life

    def copy_of(self, user_id: int) -> StoredCart:
        """The cart as it was copied; of no changes when there is no copy that counts."""
        query = select(KeptCart).where(
            KeptCart.user_id == user_id, KeptCart.updated_at > self._oldest()
        )
        kept = self.session.scalar(query.execution_options(populate_existing=True))
        return StoredCart(kept.changes, self.lines_of(kept)) if kept else StoredCart(0, ())

    @staticmethod
    def lines_of(kept: KeptCart) -> tuple[StoredLine, ...]:
        return tuple(StoredLine(*line) for line in kept.lines)

    def locked(self, user_id: int) -> KeptCart | None:
        """The copy, made where there was none, locked; None when there is no such account."""
        now = utcnow()
        blank = select(User.id, literal(0), literal([], KeptCart.lines.type), literal(now))
        self.session.execute(
            insert(KeptCart)
            .from_select(
                ["user_id", "changes", "lines", "updated_at"], blank.where(User.id == user_id)
            )
            .on_conflict_do_nothing()
        )
        found = self.session.scalars(self._for_update(user_id)).one_or_none()
        if found is not None and found.updated_at <= self._oldest():
            found.changes, found.lines, found.updated_at = 0, [], now
        return found

    def drop(self, user_id: int) -> None:
        self.session.execute(delete(KeptCart).where(KeptCart.user_id == user_id))

    def sweep(self) -> int:
        """Delete the copies that count for nothing; how many there were."""
        return self.changed(delete(KeptCart).where(KeptCart.updated_at <= self._oldest()))

    def _oldest(self) -> datetime:
        return utcnow() - self.life

    @staticmethod
    def _for_update(user_id: int) -> Select[KeptCart]:
        query = select(KeptCart).where(KeptCart.user_id == user_id).with_for_update()
        return query.execution_options(populate_existing=True)
