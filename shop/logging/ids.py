"""Ids of log records: UUIDs of version 7, which sort by the time at which they were made."""

from __future__ import annotations

import os
import time

MILLION = 1_000_000


def new_id() -> str:
    """32 hexadecimal digits: milliseconds, the rest of the nanoseconds in 12 bits, and 62 random
    bits ([RFC 9562](https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-7), 6.2, method 3)."""
    milliseconds, rest = divmod(time.time_ns(), MILLION)
    fraction = (rest << 12) // MILLION
    random = int.from_bytes(os.urandom(8)) >> 2
    return f"{milliseconds:012x}7{fraction:03x}{(2 << 62) | random:016x}"
