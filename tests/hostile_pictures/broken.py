"""What was a picture once, or lies about itself."""

from __future__ import annotations

import struct

from tests.hostile_pictures.hostile import BROKEN, CUT, Hostile
from tests.hostile_pictures.pieces import (
    PNG,
    box,
    canvas,
    chunk,
    jpeg_with,
    plain,
    png,
    png_with,
    riff,
    segment,
)


def _half(kind: str) -> bytes:
    return plain(kind)[: len(plain(kind)) // 2]


def _wrong_sum() -> bytes:
    spoilt = bytearray(plain("PNG"))
    spoilt[-20] ^= 1
    return bytes(spoilt)


def _jpeg_header(width: int, height: int, bits: int = 8) -> bytes:
    """The honest picture's data under another header."""
    honest = plain("JPEG")
    at = honest.index(b"\xff\xc0") + 4
    return honest[:at] + struct.pack(">BHH", bits, height, width) + honest[at + 5 :]


def _spoilt_avif() -> bytes:
    """Its container is in order."""
    honest = plain("AVIF")
    at = honest.index(b"mdat") + 8
    return honest[:at] + b"\xff" * 3000 + honest[at + 3000 :]


def _swapped(kind: str, old: bytes, new: bytes) -> bytes:
    assert old in plain(kind)
    return plain(kind).replace(old, new, 1)


EVERY = (
    *(
        Hostile(f"half a {kind}", lambda kind=kind: _half(kind), CUT)
        for kind in ("JPEG", "PNG", "WEBP")
    ),
    Hostile("half an AVIF", lambda: _half("AVIF"), "This picture"),
    Hostile("head of a JPEG", lambda: plain("JPEG")[:4], CUT),
    Hostile("head of a PNG", lambda: PNG, CUT),
    Hostile("head of a WebP", lambda: plain("WEBP")[:12], CUT),
    Hostile("head of an AVIF", lambda: plain("AVIF")[:32], "This picture"),
    Hostile("PNG without data", lambda: png((40, 60), b"\0"), CUT),
    Hostile("PNG with a wrong sum", _wrong_sum, BROKEN),
    Hostile("PNG of no height", lambda: png((40, 0), b"\0"), BROKEN),
    Hostile("PNG of a negative width", lambda: png((2**32 - 1, 40), b"\0"), "megapixels"),
    Hostile("PNG of unknown colours", lambda: png((4, 4), bytes(64), colour=5), BROKEN),
    Hostile("PNG with a filter that is none", lambda: png((4, 4), b"\x09" * 52), BROKEN),
    Hostile("PNG with two headers", lambda: png_with(chunk(b"IHDR", bytes(13))), BROKEN),
    Hostile("JPEG of no height", lambda: _jpeg_header(200, 0), BROKEN),
    # Its decoder paints the rest grey and tells nobody.
    Hostile("JPEG with too few rows", lambda: _jpeg_header(200, 4000), size=(200, 4000)),
    Hostile("JPEG of 12 bits", lambda: _jpeg_header(200, 300, 12), "8 bits"),
    Hostile("JPEG with two frames", lambda: jpeg_with(segment(0xC0, bytes(15))), BROKEN),
    Hostile("JPEG with a length that is none", lambda: b"\xff\xd8\xff\xe0\0\0", BROKEN),
    Hostile("WebP with a wrong size", lambda: _swapped("WEBP", b"VP8 ", b"VP8L"), BROKEN),
    Hostile("WebP of an empty canvas", lambda: riff(canvas(40, 60)), BROKEN),
    Hostile("WebP without a picture", lambda: riff((b"EXIF", b"")), BROKEN),
    Hostile("AVIF without a picture", lambda: box(b"ftyp", b"avif", bytes(4), b"avif"), BROKEN),
    Hostile("AVIF with spoilt data", _spoilt_avif, BROKEN),
    Hostile("AVIF of a codec that is none", lambda: _swapped("AVIF", b"av01", b"zzzz"), BROKEN),
)
