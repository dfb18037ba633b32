"""What an order is of: one line for each title."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from shop.extensions import Base
from shop.models.catalogue import LONGEST_TITLE
from shop.models.columns import Id, Money


class OrderLine(Base):
    """One title in an order, frozen as it was at placing."""

    __tablename__ = "order_lines"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("price >= 0", name="price_not_negative"),
        # Its second column makes the latest orders of a book a short walk.
        Index("ix_order_lines_book_id_order_id", "book_id", "order_id"),
    )

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), index=True)
    book_id: Mapped[int | None] = mapped_column(ForeignKey("books.id", ondelete="SET NULL"))
    title: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    isbn: Mapped[str | None] = mapped_column(String(13))
    authors: Mapped[str] = mapped_column(String(500), default="")
    quantity: Mapped[int]
    price: Mapped[Money]
    total: Mapped[Money] = mapped_column(Computed("price * quantity", persisted=True))
    vat_code: Mapped[int]

    def as_bought(self, copies: int, cost: Decimal) -> list[dict[str, Any]]:
        """So many copies for `cost` roubles in all, as plain values for a receipt.

        Where one price for all of them does not come to the sum, some are a kopeck dearer.
        """
        kopecks, dearer = divmod(int(cost * 100), copies)
        return [
            {
                "line_id": self.id,
                "title": self.title,
                "quantity": quantity,
                "price": f"{Decimal(price) / 100:.2f}",
                "vat_code": self.vat_code,
            }
            for price, quantity in ((kopecks, copies - dearer), (kopecks + 1, dearer))
            if quantity
        ]


def items_total(lines: list[OrderLine]) -> Decimal:
    """The sum of the lines, to the kopeck."""
    return sum((line.price * line.quantity for line in lines), Decimal("0.00"))
