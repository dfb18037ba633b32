"""What a WebP is made of: chunks, the frames of one that moves among them."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from shop.services.pictures.exif import orientation_in
from shop.services.pictures.still import Broken, Cut, Heavy, Still

MOST_CHUNKS = 10_000
EXTENDED, LOSSY, LOSSLESS, FRAME = b"VP8X", b"VP8 ", b"VP8L", b"ANMF"
NEEDED = {EXTENDED, LOSSY, LOSSLESS, FRAME, b"ALPH", b"ANIM"}
# Of the flags in an extended header: that it is transparent, and that it moves.
KEPT_FLAGS = 0x10 | 0x02
EXIF = b"Exif\0\0"


def still(data: bytes) -> Still:
    """The picture of a WebP; of one that moves, the first."""
    kept: list[bytes] = []
    size, orientation, profile, pictures = (0, 0), 1, b"", 0
    for kind, body in _chunks(data):
        if not kept:
            size = _size(kind, body)
        if kind == b"EXIF":
            orientation = orientation_in(body.removeprefix(EXIF))
        elif kind == b"ICCP":
            profile = body
        elif kind in NEEDED and not pictures:
            pictures += kind in (LOSSY, LOSSLESS, FRAME)
            kept.append(_chunk(kind, _plain(body) if kind == EXTENDED else body))
    needed = b"WEBP" + b"".join(kept)
    return Still("WEBP", _chunk(b"RIFF", needed), *size, orientation, profile)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        raise Cut()
    at = 12
    for _ in range(MOST_CHUNKS):
        # A last byte may be missing, or be there for an even length.
        if at + 8 > end:
            return
        kind, length = struct.unpack_from("<4sI", data, at)
        if at + 8 + length > end:
            raise Cut()
        yield kind, data[at + 8 : at + 8 + length]
        at += 8 + length + length % 2
    raise Heavy()


def _chunk(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def _plain(body: bytes) -> bytes:
    return bytes((body[0] & KEPT_FLAGS,)) + body[1:]


def _size(kind: bytes, body: bytes) -> tuple[int, int]:
    """What the first chunk claims of the canvas."""
    if kind == EXTENDED and len(body) >= 10:
        sides = (int.from_bytes(body[at : at + 3], "little") + 1 for at in (4, 7))
    elif kind == LOSSY and body[3:6] == b"\x9d\x01\x2a" and len(body) >= 10:
        sides = (side & 0x3FFF for side in struct.unpack_from("<HH", body, 6))
    elif kind == LOSSLESS and body[:1] == b"\x2f" and len(body) >= 5:
        bits = int.from_bytes(body[1:5], "little")
        sides = ((bits >> shift & 0x3FFF) + 1 for shift in (0, 14))
    else:
        raise Broken()
    width, height = sides
    return width, height
