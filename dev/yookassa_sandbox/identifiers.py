"""Ids as the API makes them.

36 characters (https://yookassa.ru/developers/api#payment_object_id; the SDK insists on it). In
every example of the documentation the first block is the creation time in seconds since
2000-01-01 UTC, and the second tells a payment (000f) from a refund (0015).
"""

import secrets
from datetime import UTC, datetime

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
PAYMENT = "000f"
REFUND = "0015"


def new_id(kind: str, now: datetime) -> str:
    """An id that has not been given out."""
    seconds = int((now - _EPOCH).total_seconds())
    return f"{seconds:08x}-{kind}-5000-8000-{secrets.token_hex(6)}"
