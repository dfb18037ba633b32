"""One hostile picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Hostile:
    """`refused` is a part of the sentence that refuses it; None where the shop takes it, and
    then `size` is what it is upright. `file_name` and `content_type` are what its sender says of
    it."""

    name: str
    made: Callable[[], bytes]
    refused: str | None = None
    size: tuple[int, int] | None = None
    file_name: str = "cover.jpg"
    content_type: str = "image/jpeg"


BROKEN = "is broken"
CUT = "ends too early"
HEAVY = "too long or too much memory"
