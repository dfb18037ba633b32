"""What the database holds after something was done, read anew."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from shop.extensions import db
from shop.models import Book, OutboxMessage, StockRecord


def stored(entity: Any) -> int:
    """How many there are."""
    return db.session.scalar(select(func.count()).select_from(entity)) or 0


def stock(book: Book) -> tuple[int, int]:
    """Copies on the shelf, and those of them that are promised."""
    row = db.session.execute(
        select(StockRecord.num_in_stock, StockRecord.num_allocated).where(
            StockRecord.book_id == book.id
        )
    ).one()
    db.session.rollback()
    return row.num_in_stock, row.num_allocated


def allocated(book: Book) -> int:
    return stock(book)[1]


def messages(topic: str | None = None) -> list[OutboxMessage]:
    """What waits in the outbox or went out of it, in the order of writing."""
    query = select(OutboxMessage).order_by(OutboxMessage.id)
    if topic is not None:
        query = query.where(OutboxMessage.topic == topic)
    found = list(db.session.scalars(query.execution_options(populate_existing=True)))
    db.session.rollback()
    return found
