"""What pictures are made of."""

from __future__ import annotations

import functools
import io
import random
import struct
import zlib
from collections.abc import Sequence

from PIL import Image as Pillow

SIZE = (200, 300)
PNG = b"\x89PNG\r\n\x1a\n"
SCRIPT = b"<script>alert(document.domain)</script>"


@functools.cache
def drawing(mode: str = "RGB", size: tuple[int, int] = SIZE) -> Pillow.Image:
    """A picture with enough in it that its data are long."""
    rows = random.Random(7).randbytes(size[0] // 4 * (size[1] // 4) * 3)
    small = Pillow.frombytes("RGB", (size[0] // 4, size[1] // 4), rows)
    return small.resize(size).convert(mode)


def saved(picture: Pillow.Image, kind: str, **how: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


@functools.cache
def plain(kind: str) -> bytes:
    """An honest picture."""
    return saved(drawing(), kind)


def moving(kind: str, frames: int = 3) -> bytes:
    shades = [Pillow.new("RGB", (60, 90), (40 * n % 256, 90, n % 256)) for n in range(frames)]
    return saved(shades[0], kind, save_all=True, append_images=shades[1:], duration=40)


def chunk(kind: bytes, data: bytes) -> bytes:
    checked = kind + data
    return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))


def png(
    size: tuple[int, int],
    rows: bytes,
    *more: bytes,
    depth: int = 8,
    colour: int = 2,
    interlaced: int = 0,
) -> bytes:
    """A PNG of these rows, each behind its filter's number."""
    header = struct.pack(">IIBBBBB", *size, depth, colour, 0, 0, interlaced)
    data = chunk(b"IDAT", zlib.compress(rows, 9))
    return PNG + chunk(b"IHDR", header) + b"".join(more) + data + chunk(b"IEND", b"")


def png_with(*chunks: bytes) -> bytes:
    """An honest PNG with more behind its header."""
    honest = plain("PNG")
    return honest[:33] + b"".join(chunks) + honest[33:]


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def jpeg_with(*segments: bytes) -> bytes:
    """An honest JPEG with more in front of it."""
    return plain("JPEG")[:2] + b"".join(segments) + plain("JPEG")[2:]


def exif(orientation: int = 1, *more: tuple[int, int, int, bytes]) -> bytes:
    """A block of EXIF with further entries: tag, type, count and four bytes."""
    entries = [(0x0112, 3, 1, struct.pack(">HH", orientation, 0)), *more]
    packed = b"".join(struct.pack(">HHI4s", *entry) for entry in entries)
    return b"MM\0*\0\0\0\x08" + struct.pack(">H", len(entries)) + packed + b"\0\0\0\0"


def box(kind: bytes, *content: bytes) -> bytes:
    """Of the container of AVIF, HEIC and MP4."""
    inside = b"".join(content)
    return struct.pack(">I4s", len(inside) + 8, kind) + inside


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    """A WebP."""
    inside = b"WEBP" + b"".join(
        kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
        for kind, body in chunks
    )
    return b"RIFF" + struct.pack("<I", len(inside)) + inside


def webp_chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    found, at = [], 12
    while at < len(data):
        kind, length = struct.unpack_from("<4sI", data, at)
        found.append((kind, data[at + 8 : at + 8 + length]))
        at += 8 + length + length % 2
    return found


def canvas(width: int, height: int, flags: int = 0) -> tuple[bytes, bytes]:
    """The extended header of a WebP."""
    sides = (side.to_bytes(3, "little") for side in (width - 1, height - 1))
    return b"VP8X", bytes((flags, 0, 0, 0)) + b"".join(sides)


def profile(red: Sequence[float], green: Sequence[float], blue: Sequence[float]) -> bytes:
    """An ICC profile of a screen with these primaries, in XYZ as D50 sees it, and gamma 2.2."""

    def fixed(*values: float) -> bytes:
        return b"".join(struct.pack(">i", round(value * 65536)) for value in values)

    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(2.2 * 256)) + b"\0\0"
    tags = {b"wtpt": b"XYZ \0\0\0\0" + fixed(0.9642, 1, 0.8249)}
    for letter, primary in ((b"r", red), (b"g", green), (b"b", blue)):
        tags[letter + b"XYZ"] = b"XYZ \0\0\0\0" + fixed(*primary)
        tags[letter + b"TRC"] = curve
    table, data, at = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for name, content in tags.items():
        table += name + struct.pack(">II", at + len(data), len(content))
        data += content
    head = struct.pack(">I4sI12s", at + len(data), b"\0\0\0\0", 0x02100000, b"mntrRGB XYZ ")
    head += b"\0" * 12 + b"acsp" + b"\0" * 28 + fixed(0.9642, 1, 0.8249)
    return head.ljust(128, b"\0") + table + data


# Display P3's green, and red, lie far outside of sRGB.
WIDE = profile((0.5151, 0.2412, -0.0011), (0.2920, 0.6922, 0.0419), (0.1571, 0.0666, 0.7841))
