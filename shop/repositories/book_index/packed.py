"""Columns of integers, as PostgreSQL packs an array for the wire.

A million rows that become Python objects take seconds; one packed array for each column takes
milliseconds. The format is that of PostgreSQL's array_send(): number of dimensions, flags, type,
length and lower bound, four bytes each, and then for each element its length and its value.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, LargeBinary, func

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
# Numbers of rows.
Rows = NDArray[np.intp]

HEADER = 20
ELEMENT = {
    4: np.dtype([("size", ">i4"), ("value", ">i4")]),
    8: np.dtype([("size", ">i4"), ("value", ">i8")]),
}


def pack(column: ColumnElement[Any]) -> ColumnElement[bytes | None]:
    """All values of an integer column in one; none may be NULL."""
    return func.array_send(func.array_agg(column), type_=LargeBinary)


def unpack(packed: bytes | None) -> Ints:
    """The numbers of a packed column of integer or bigint; no rows at all pack to None."""
    if packed is None:
        return np.empty(0, np.int64)
    width = int.from_bytes(packed[HEADER : HEADER + 4])
    values: Ints = np.frombuffer(packed, ELEMENT[width], offset=HEADER)["value"].astype(np.int64)
    return values
