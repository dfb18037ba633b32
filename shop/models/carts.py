"""What PostgreSQL keeps of an account's cart, so that it survives the loss of Redis."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from shop.extensions import Base
from shop.models.columns import Instant


class KeptCart(Base):
    """A copy of the cart after so many `changes`: the larger number is the newer cart."""

    __tablename__ = "kept_carts"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    changes: Mapped[int]
    # For each line its book id, quantity, and when it was put in (seconds since 1970).
    lines: Mapped[list[tuple[int, int, float]]] = mapped_column(JSONB)
    updated_at: Mapped[Instant]
