"""What staff write down about an order for each other."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.extensions import Base
from shop.models.columns import Id, Instant, utcnow
from shop.models.users import User

LONGEST_NOTE = 2000


class OrderNote(Base):
    """Never shown to the customer. It is no part of `Order`, so no page of an order has it by
    accident."""

    __tablename__ = "order_notes"
    __table_args__ = (CheckConstraint("text <> ''", name="text_given"),)

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[Instant] = mapped_column(default=utcnow)
    text: Mapped[str] = mapped_column(String(LONGEST_NOTE))

    author: Mapped[User] = relationship(lazy="raise_on_sql")
