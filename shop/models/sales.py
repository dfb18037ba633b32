"""How books sell: a ledger that the database keeps, and what is counted out of it."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from shop.extensions import Base
from shop.models.columns import Instant


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


class SalesEntry(Base):
    """What one receipt says of copies, of shipping, or of a sum for nothing in particular.

    Only the database writes entries: triggers make those of an order anew when it is paid for or
    cancelled, when a line of it changes and when money goes back. `at` is when it was paid, or
    when a refund was promised; `kind` is copies, shipping or rest. Sums are in kopecks, for a
    million of them are added up; that of a return is above zero, too. Shipping has no `vat_code`:
    its rate is a setting.
    """

    __tablename__ = "sales_entries"
    __table_args__ = (Index("ix_sales_entries_book_id_at", "book_id", "at"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), index=True)
    at: Mapped[Instant] = mapped_column(index=True)
    is_return: Mapped[bool]
    # The order's state, so that reports need not ask the order.
    is_cancelled: Mapped[bool]
    kind: Mapped[str] = mapped_column(String(8))
    book_id: Mapped[int | None]
    copies: Mapped[int]
    kopecks: Mapped[int] = mapped_column(BigInteger)
    vat_code: Mapped[int | None] = mapped_column(SmallInteger)
