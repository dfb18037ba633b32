"""Notes of staff about orders."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.interfaces import ORMOption

from shop.models import OrderNote
from shop.repositories.base import Repository


class OrderNoteRepository(Repository[OrderNote]):
    entity = OrderNote

    def loads(self) -> tuple[ORMOption, ...]:
        return (joinedload(OrderNote.author),)

    def of_order(self, order_id: int) -> Sequence[OrderNote]:
        """The newest first."""
        query = select(OrderNote).where(OrderNote.order_id == order_id)
        newest = query.order_by(OrderNote.id.desc()).options(*self.loads())
        return self.session.scalars(newest).all()
