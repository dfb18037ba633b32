"""What somebody of the staff wants to see of a list again with one click."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shop.extensions import Base
from shop.models.columns import Id

LONGEST_VIEW_NAME, LONGEST_QUERY = 100, 2000


class SavedView(Base):
    """The query string of a list of staff, under a name of its owner's."""

    __tablename__ = "saved_views"
    __table_args__ = (UniqueConstraint("user_id", "list", "name"),)

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    # "books".
    list: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(LONGEST_VIEW_NAME))
    query: Mapped[str] = mapped_column(String(LONGEST_QUERY))
