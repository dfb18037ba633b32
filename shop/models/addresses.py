"""The address book of a customer."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from shop.extensions import Base
from shop.models.columns import Id, Instant, utcnow


class Address(Base):
    """Where parcels go, and to whom; it leaves with its account.

    An order keeps a copy of what it was sent to: a change here changes no order.
    """

    __tablename__ = "addresses"
    __table_args__ = (
        CheckConstraint("city <> ''", name="city_given"),
        CheckConstraint("street <> ''", name="street_given"),
        CheckConstraint("postal_code ~ '^[0-9]{6}$'", name="postal_code_six_digits"),
        Index(
            "uq_addresses_default_user_id",
            "user_id",
            unique=True,
            postgresql_where=text("is_default"),
        ),
    )

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    # What its owner calls it; empty where it has no name.
    label: Mapped[str] = mapped_column(String(60), default="")
    full_name: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str] = mapped_column(String(30))
    city: Mapped[str] = mapped_column(String(120))
    street: Mapped[str] = mapped_column(String(300))
    postal_code: Mapped[str] = mapped_column(String(6))
    # The one that the checkout has filled in already.
    is_default: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[Instant] = mapped_column(default=utcnow)
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}

    @property
    def name(self) -> str:
        return self.label or self.street
