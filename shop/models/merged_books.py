"""Books that turned out to be another one."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from shop.extensions import Base


class MergedBook(Base):
    """A double that is gone: its address, its ISBN and its SKU lead to the book that was kept.

    Of what the kept book took of it, `isbn` and `sku` are what that had before.
    """

    __tablename__ = "merged_books"

    old_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    isbn: Mapped[str | None] = mapped_column(String(13), index=True)
    sku: Mapped[str | None] = mapped_column(String(64))
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id", ondelete="CASCADE"), index=True)
