"""Column types that several entities share."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from flask_babel import get_timezone
from sqlalchemy import DateTime, Enum, Numeric, String, text
from sqlalchemy.orm import mapped_column

# Roubles with kopecks; 99 999 999.99 is the most that one sum can be.
Money = Annotated[Decimal, mapped_column(Numeric(10, 2))]
# UTC in storage.
Instant = Annotated[datetime, mapped_column(DateTime(timezone=True))]
Id = Annotated[int, mapped_column(primary_key=True)]
Name = Annotated[str, mapped_column(String(300))]
# Another number after each change: who changes a row says which one was seen.
Version = Annotated[int, mapped_column(default=1, server_default=text("1"))]


# PostgreSQL's integer, which numbers and keys are.
LARGEST_INTEGER = 2**31 - 1


def utcnow() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    """The day in the time zone of the shop."""
    return datetime.now(get_timezone() or UTC).date()


def choice(enum: type[StrEnum], name: str) -> Enum:
    """An enumeration kept as text under a check constraint: a new value is a small migration."""
    return Enum(
        enum,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )
