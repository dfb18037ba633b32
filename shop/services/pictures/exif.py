"""The one thing that is read of EXIF.

Pillow reads all of it, and a block may point many thousand times at the same megabytes.
"""

from __future__ import annotations

import struct

ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
ORIENTATION, SHORT = 0x0112, 3
UPRIGHT = 1


def orientation_in(block: bytes) -> int:
    """How the camera was held, 1 to 8, of a block that begins with its order of bytes; upright
    where it does not tell or makes no sense."""
    order = ORDERS.get(block[:4])
    if order is None:
        return UPRIGHT
    try:
        (first,) = struct.unpack_from(f"{order}I", block, 4)
        (count,) = struct.unpack_from(f"{order}H", block, first)
        for at in range(first + 2, first + 2 + 12 * count, 12):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", block, at)
            if (tag, kind) == (ORIENTATION, SHORT):
                return int(value) if 1 <= value <= 8 else UPRIGHT
    except struct.error:
        pass
    return UPRIGHT
