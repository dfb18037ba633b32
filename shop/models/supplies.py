"""What suppliers offer, as their files tell it: a title becomes a book when staff want it."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from shop.extensions import Base
from shop.models.columns import Id, Instant, utcnow


class SupplierFile(Base):
    """A file that was read. Of `titles` those may be another file's by now that came later."""

    __tablename__ = "supplier_files"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(200))
    uploaded_at: Mapped[Instant] = mapped_column(default=utcnow)
    titles: Mapped[int] = mapped_column(default=0)
    left_out: Mapped[int] = mapped_column(default=0)


class SupplierTitle(Base):
    """One title: the texts of its cells, by the columns of an import."""

    __tablename__ = "supplier_titles"

    isbn: Mapped[str] = mapped_column(String(13), primary_key=True)
    file_id: Mapped[int] = mapped_column(
        ForeignKey("supplier_files.id", ondelete="CASCADE"), index=True
    )
    cells: Mapped[dict[str, str]] = mapped_column(JSONB)
