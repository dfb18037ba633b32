"""What changed in the catalogue, written by triggers for those who keep counts of it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Identity, String, func
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

from shop.extensions import Base
from shop.models.columns import Instant


class ChangeKind(StrEnum):
    BOOK = "book"
    # Categories, publishers or series: few, and kept whole by name.
    NAMES = "names"
    # The shop window's, and what stands on them.
    SHELVES = "shelves"
    EVERYTHING = "everything"


class TransactionId(UserDefinedType[str]):
    """PostgreSQL's `xid8`, which never wraps round."""

    cache_ok = True

    def get_col_spec(self, **kw: Any) -> str:
        return "xid8"


class BookChange(Base):
    """One book that one statement touched, or more than books. Of copies it tells when the last
    one goes or the first one comes: no list says how many there are.

    A reader that knows its last snapshot finds what is new since then by `xid`: a sequence would
    lose what commits out of order.
    """

    __tablename__ = "book_changes"
    __table_args__ = (
        CheckConstraint("kind IN ('book', 'names', 'shelves', 'everything')", name="kind_known"),
        CheckConstraint("(kind = 'book') = (book_id IS NOT NULL)", name="book_id_given"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[ChangeKind] = mapped_column(String(10))
    # No foreign key: what was deleted is a change as well.
    book_id: Mapped[int | None]
    xid: Mapped[str] = mapped_column(
        TransactionId, server_default=func.pg_current_xact_id(), index=True
    )
    made_at: Mapped[Instant] = mapped_column(server_default=func.now(), index=True)
