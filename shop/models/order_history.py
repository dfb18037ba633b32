"""Every step in the life of an order, and who took it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from shop.extensions import Base
from shop.models.columns import Id, Instant, utcnow


class OrderEvent(Base):
    """One step in an order's life: when, what, who, why."""

    __tablename__ = "order_events"

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), index=True)
    at: Mapped[Instant] = mapped_column(default=utcnow)
    kind: Mapped[str] = mapped_column(String(40))
    from_state: Mapped[str | None] = mapped_column(String(32))
    to_state: Mapped[str | None] = mapped_column(String(32))
    # "customer", "shop", or a staff member's name; `actor_id` where it is an account.
    actor: Mapped[str] = mapped_column(String(254))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(Text, default="")


@dataclass(frozen=True)
class Actor:
    """Who does something to an order: the customer, the shop itself, or one of the staff."""

    name: str
    user_id: int | None = None


CUSTOMER = Actor("customer")
SHOP = Actor("shop")
