"""Shelves of the shop window: a handful of books that somebody in the shop put together."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.extensions import Base
from shop.models.catalogue import Book
from shop.models.columns import Id, Name, Version, choice


class ShelfKind(StrEnum):
    """Staff picks come with a card in somebody's hand; a mood is what one wants to read for."""

    STAFF_PICKS = "staff_picks"
    MOOD = "mood"


class Shelf(Base):
    __tablename__ = "shelves"
    __table_args__ = (CheckConstraint("slug ~ '^[a-z0-9-]+$'", name="slug_plain"),)

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[ShelfKind] = mapped_column(choice(ShelfKind, "kind"))
    name: Mapped[Name]
    name_ru: Mapped[str | None] = mapped_column(String(300))
    # One sentence under the name.
    description: Mapped[str] = mapped_column(Text, default="", server_default="")
    description_ru: Mapped[str | None] = mapped_column(Text)
    position: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    version: Mapped[Version] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    entries: Mapped[list[ShelfEntry]] = relationship(
        lazy="raise_on_sql",
        order_by="ShelfEntry.position",
        cascade="all, delete-orphan",
        back_populates="shelf",
    )

    @property
    def books(self) -> list[Book]:
        return [entry.book for entry in self.entries]


class ShelfEntry(Base):
    """A book on a shelf, with the card that hangs under it: why, and who says so."""

    __tablename__ = "shelf_entries"
    shelf_id: Mapped[int] = mapped_column(
        ForeignKey("shelves.id", ondelete="CASCADE"), primary_key=True
    )
    book_id: Mapped[int] = mapped_column(
        ForeignKey("books.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    position: Mapped[int]
    note: Mapped[str | None] = mapped_column(Text)
    note_ru: Mapped[str | None] = mapped_column(Text)
    signed: Mapped[str | None] = mapped_column(String(100))
    signed_ru: Mapped[str | None] = mapped_column(String(100))

    shelf: Mapped[Shelf] = relationship(lazy="raise_on_sql", back_populates="entries")
    book: Mapped[Book] = relationship(lazy="raise_on_sql")
