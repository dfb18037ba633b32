"""How an order travels, what that costs, and the parcel that went off."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, String, text
from sqlalchemy.orm import Mapped, mapped_column

from shop.extensions import Base
from shop.models.columns import Id, Instant, Money, Name, Version, utcnow


class ShippingMethod(Base):
    __tablename__ = "shipping_methods"
    __table_args__ = (CheckConstraint("price >= 0", name="price_not_negative"),)

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[Name]
    name_ru: Mapped[str | None] = mapped_column(String(300))
    description: Mapped[str] = mapped_column(String(500), default="")
    description_ru: Mapped[str | None] = mapped_column(String(500))
    price: Mapped[Money]
    # From this sum of the lines on, it costs nothing.
    free_from: Mapped[Money | None]
    needs_address: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    position: Mapped[int] = mapped_column(default=0)
    version: Mapped[Version] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    def is_free_for(self, items_total: Decimal) -> bool:
        return self.free_from is not None and items_total >= self.free_from

    def cost_for(self, items_total: Decimal) -> Decimal:
        """What shipping costs for lines that come to `items_total` roubles."""
        return Decimal("0.00") if self.is_free_for(items_total) else self.price


class Shipment(Base):
    __tablename__ = "shipments"

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), unique=True)
    carrier: Mapped[str] = mapped_column(String(100))
    tracking_number: Mapped[str] = mapped_column(String(100), default="")
    shipped_at: Mapped[Instant] = mapped_column(default=utcnow)
