"""How small a static file gets, and how long that may take."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass

import brotli

ENDINGS = (".br", ".gz")
# Pictures and fonts are compressed already.
WORTH_IT = frozenset({".css", ".js", ".svg", ".txt", ".md", ""})
MOST_LEFT = 0.95  # of its size; what saves less is not worth unpacking


@dataclass(frozen=True)
class Compression:
    """The higher, the smaller and the slower: up to 11 and 9."""

    brotli: int
    gzip: int


# All files take 0.1 s so, and 4 s so: a tenth smaller.
QUICK = Compression(5, 6)
THOROUGH = Compression(11, 9)


def variants(content: bytes, effort: Compression) -> Iterator[tuple[str, bytes]]:
    """The endings of the compressed files and what is in them, where that is worth it."""
    packed = (
        brotli.compress(content, quality=effort.brotli),
        gzip.compress(content, effort.gzip, mtime=0),
    )
    for ending, smaller in zip(ENDINGS, packed, strict=True):
        if len(smaller) <= MOST_LEFT * len(content):
            yield ending, smaller
