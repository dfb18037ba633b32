"""The names of files. What a name stands for never changes: it is made of what the file holds."""

from __future__ import annotations

import hashlib
import re

from shop.models import SIZE_TYPES

# By ending. Python's own table has no WebP before 3.13, and not every machine has another.
MEDIA_TYPES = {**SIZE_TYPES, "png": "image/png"}
# What somebody sent, byte for byte. It may tell where a photograph was taken: nobody is shown it.
ORIGINAL = re.compile(r"[0-9a-f]{2}/[0-9a-f]{64}\.(?:jpg|png|webp|avif)")
# What pages show; the number is its width in pixels.
RENDITION = re.compile(r"sizes/[0-9a-f]{2}/[0-9a-f]{32}/[1-9][0-9]{0,4}\.(?:avif|webp|jpg)")


def content_key(data: bytes, ending: str) -> str:
    """The key of an original: the same bytes are one file."""
    digest = hashlib.sha256(data).hexdigest()
    return f"{digest[:2]}/{digest}.{ending}"


def is_rendition(key: str) -> bool:
    return RENDITION.fullmatch(key) is not None


def is_key(key: str) -> bool:
    return bool(ORIGINAL.fullmatch(key) or RENDITION.fullmatch(key))


def media_type(key: str) -> str:
    return MEDIA_TYPES[key.rpartition(".")[2]]
