"""Numbers as files of suppliers have them, with no more digits than a book can need.

Reading a number of any length takes the longer the longer it is: one cell could stop a process.
"""

from __future__ import annotations

import re
from decimal import Decimal

WHOLE = re.compile(r"[0-9]{1,9}")
MEASURE = re.compile(r"[0-9]{1,9}|[0-9]{0,9}[.,][0-9]{1,9}")


def whole(text: str) -> int | None:
    """A whole number of nine digits or fewer; None for anything else."""
    return int(text) if WHOLE.fullmatch(text) else None


def measure(text: str) -> Decimal | None:
    """A number with or without a fraction, with no exponent; None for anything else."""
    return Decimal(text.replace(",", ".")) if MEASURE.fullmatch(text) else None
