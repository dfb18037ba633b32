"""How many copies there are, and how many are promised to orders.

allocate, consume and release are single UPDATE statements in `repositories/stock`: nothing
here is read and written back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Computed, ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.extensions import Base

if TYPE_CHECKING:
    from shop.models.catalogue import Book


class StockRecord(Base):
    __tablename__ = "stock_records"
    __table_args__ = (
        CheckConstraint("num_in_stock >= 0", name="num_in_stock_not_negative"),
        CheckConstraint("num_allocated >= 0", name="num_allocated_not_negative"),
        CheckConstraint("num_allocated <= num_in_stock", name="num_allocated_covered"),
    )

    book_id: Mapped[int] = mapped_column(
        ForeignKey("books.id", ondelete="CASCADE"), primary_key=True
    )
    # Copies on the shelves, the promised ones among them.
    num_in_stock: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    # Copies promised to orders that are not dispatched yet.
    num_allocated: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    num_available: Mapped[int] = mapped_column(
        Computed("num_in_stock - num_allocated", persisted=True), index=True
    )

    book: Mapped[Book] = relationship(lazy="raise_on_sql", back_populates="stock")
