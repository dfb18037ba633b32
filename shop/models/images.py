"""Pictures of books: the original as uploaded, and the sizes made from it."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.extensions import Base
from shop.models.columns import Id, Instant, Version, choice, utcnow


class ImageState(StrEnum):
    PENDING = "pending"
    READY = "ready"
    FAILED = "failed"


class Image(Base):
    """A picture. `key` names the original in the file store by its content's SHA-256."""

    __tablename__ = "images"
    __table_args__ = (
        UniqueConstraint("book_id", "key"),
        CheckConstraint("width > 0 AND height > 0", name="size_positive"),
    )

    id: Mapped[Id]
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id", ondelete="CASCADE"), index=True)
    key: Mapped[str] = mapped_column(String(100))
    media_type: Mapped[str] = mapped_column(String(40))
    # Pixels.
    width: Mapped[int]
    height: Mapped[int]
    alt: Mapped[str] = mapped_column(String(500), default="")
    position: Mapped[int] = mapped_column(default=0)
    state: Mapped[ImageState] = mapped_column(
        choice(ImageState, "state"), default=ImageState.PENDING
    )
    created_at: Mapped[Instant] = mapped_column(default=utcnow)
    version: Mapped[Version] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    renditions: Mapped[list[Rendition]] = relationship(
        lazy="raise_on_sql", order_by="Rendition.width", cascade="all, delete-orphan"
    )

    @property
    def keys(self) -> list[str]:
        """Of all its files, the original first."""
        return [self.key, *(rendition.key for rendition in self.renditions)]


class Rendition(Base):
    """One size of a picture, ready for a page."""

    __tablename__ = "renditions"
    __table_args__ = (CheckConstraint("width > 0 AND height > 0", name="size_positive"),)

    image_id: Mapped[int] = mapped_column(
        ForeignKey("images.id", ondelete="CASCADE"), primary_key=True
    )
    media_type: Mapped[str] = mapped_column(String(40), primary_key=True)
    width: Mapped[int] = mapped_column(primary_key=True)
    height: Mapped[int]
    key: Mapped[str] = mapped_column(String(100))
