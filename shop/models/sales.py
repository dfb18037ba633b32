"""How books sell: counted out of the orders again and again, never counted up."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from shop.extensions import Base


class BookSales(Base):
    """Copies of a book that were paid for lately. A book that sells nothing has no row."""

    __tablename__ = "book_sales"
    __table_args__ = (
        CheckConstraint("copies >= 0", name="copies_not_negative"),
        Index("ix_book_sales_copies_book_id", text("copies DESC"), "book_id"),
    )

    book_id: Mapped[int] = mapped_column(
        ForeignKey("books.id", ondelete="CASCADE"), primary_key=True
    )
    copies: Mapped[int]
