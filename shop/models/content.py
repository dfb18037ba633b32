"""What the shop says of itself: pages that staff write, and settings that they choose."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from shop.extensions import Base
from shop.models.columns import Id, Instant, Name, Version, utcnow


class ContentPage(Base):
    """A page of text, in Markdown. One that is called as a legal text stands in its place."""

    __tablename__ = "content_pages"
    __table_args__ = (
        CheckConstraint("slug ~ '^[a-z0-9-]+$'", name="slug_plain"),
        Index("ix_content_pages_position_id", "position", "id"),
    )

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[Name]
    title_ru: Mapped[str | None] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    body_ru: Mapped[str | None] = mapped_column(Text)
    published: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    in_footer: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    position: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    updated_at: Mapped[Instant] = mapped_column(default=utcnow, onupdate=utcnow)
    version: Mapped[Version] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    @property
    def words(self) -> str:
        """A mark of what it says, in both languages: its place in a list is no part of that."""
        said = "\0".join(
            each or "" for each in (self.title, self.title_ru, self.body, self.body_ru)
        )
        return sha256(said.encode()).hexdigest()[:32]


class Setting(Base):
    """One choice of the shop that is not what the code has by itself."""

    __tablename__ = "settings"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(60), unique=True)
    value: Mapped[Any] = mapped_column(JSONB)
    version: Mapped[Version] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
