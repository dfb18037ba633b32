"""Small files that would be large, or long, to unpack."""

from __future__ import annotations

import struct
import zlib

from PIL import Image as Pillow

from tests.hostile_pictures.hostile import BROKEN, HEAVY, Hostile
from tests.hostile_pictures.pieces import (
    SIZE,
    canvas,
    chunk,
    drawing,
    exif,
    jpeg_with,
    moving,
    plain,
    png,
    png_with,
    riff,
    saved,
    segment,
    webp_chunks,
)

ZEROS = zlib.compress(bytes(2**25), 9)
PIXELS, SLENDER = "50 megapixels", "over 20 times"


def _texts() -> bytes:
    """Packed texts of 32 MiB each, of every kind."""
    return png_with(
        *(chunk(b"zTXt", b"%d\0\0" % n + ZEROS) for n in range(20)),
        *(chunk(b"iTXt", b"%d\0\1\0\0\0" % n + ZEROS) for n in range(20)),
    )


def _pointing(block: int, entries: int) -> bytes:
    """EXIF each of whose entries points at all of it."""
    whole = struct.pack(">I", 8)
    block_of = exif(1, *((0x0113 + n, 7, block - 8, whole) for n in range(entries)))
    return block_of.ljust(block, b"\0")


def _scans(number: int, size: tuple[int, int] = SIZE) -> bytes:
    """A progressive JPEG that repeats its last scan."""
    honest = saved(drawing(), "JPEG", progressive=True)
    last, frame = honest.rindex(b"\xff\xda"), honest.index(b"\xff\xc2") + 5
    sized = honest[:frame] + struct.pack(">HH", *reversed(size)) + honest[frame + 4 : last]
    return sized + honest[last:-2] * number + b"\xff\xd9"


def _frames(number: int) -> bytes:
    start = webp_chunks(moving("WEBP"))
    *head, frame = (each for each in start[: [kind for kind, _ in start].index(b"ANMF") + 1])
    return riff(*head, *([frame] * number))


def _claiming(claimed: tuple[int, int], real: tuple[int, int]) -> bytes:
    """An AVIF whose container tells another size than its picture has."""
    honest = saved(Pillow.new("RGB", real, "teal"), "AVIF", speed=10)
    at = honest.index(b"ispe") + 8
    return honest[:at] + struct.pack(">II", *claimed) + honest[at + 8 :]


def _rare(kind: int) -> bytes:
    """A grey JPEG of a kind that decodes whatever its data are."""
    frame = struct.pack(">BHHB3B", 8, 60, 40, 1, 1, 0x11, 0)
    scan = struct.pack(">B2B3B", 1, 1, 0, 0, 63, 0)
    table = b"\0" + b"\x10" * 64
    return (
        b"\xff\xd8"
        + segment(0xDB, table)
        + segment(kind, frame)
        + segment(0xDA, scan)
        + bytes(200)
        + b"\xff\xd9"
    )


EVERY = (
    Hostile("PNG of 60 megapixels", lambda: png((10_000, 6_000), b"\0"), PIXELS),
    Hostile(
        "PNG of 3.6 gigapixels", lambda: png((60_000, 60_000), b"\0", depth=1, colour=0), PIXELS
    ),
    Hostile("PNG of 1 by 60000", lambda: png((1, 60_000), bytes(4 * 60_000)), SLENDER),
    Hostile("PNG of 60000 by 1", lambda: png((60_000, 1), bytes(180_001)), SLENDER),
    Hostile("PNG with gigabytes of text", _texts, size=SIZE),
    Hostile(
        "PNG with a profile of 32 MiB",
        lambda: png_with(chunk(b"iCCP", b"p\0\0" + ZEROS)),
        size=SIZE,
    ),
    Hostile("PNG with more data than pixels", lambda: png((40, 60), bytes(2**25)), size=(40, 60)),
    Hostile("PNG of 200000 pieces", lambda: png_with(*[chunk(b"IDAT", b"")] * 200_000), HEAVY),
    Hostile(
        "PNG with EXIF that repeats itself",
        lambda: png_with(chunk(b"eXIf", _pointing(2**20, 65_000))),
        size=SIZE,
    ),
    Hostile(
        "JPEG with EXIF that repeats itself",
        lambda: jpeg_with(*[segment(0xE1, b"Exif\0\0" + _pointing(65_000, 5_000))] * 60),
        size=SIZE,
    ),
    Hostile("JPEG of 4 gigapixels", lambda: _scans(1, (65_500, 65_500)), PIXELS),
    Hostile("JPEG in arithmetic coding", lambda: _rare(0xC9), "rare kind"),
    Hostile("JPEG without loss", lambda: _rare(0xC3), "rare kind"),
    Hostile(
        "JPEG with a megabyte of 0xff in its scan",
        lambda: saved(drawing(), "JPEG")[:-2] + b"\xff" * 2**20 + b"\0\xff\xd9",
        size=SIZE,
    ),
    Hostile("JPEG of 20000 segments", lambda: jpeg_with(*[segment(0xE1, b"x")] * 20_000), HEAVY),
    Hostile("JPEG of 5000 scans", lambda: _scans(5000), HEAVY),
    Hostile("JPEG of 48 megapixels and 20 scans", lambda: _scans(20, (8_000, 6_000)), HEAVY),
    Hostile(
        "JPEG with 16 MB of profile",
        lambda: jpeg_with(
            *(
                segment(0xE2, b"ICC_PROFILE\0" + bytes((n, 255)) + bytes(65_000))
                for n in range(1, 256)
            )
        ),
        size=SIZE,
    ),
    Hostile(
        "WebP of 268 megapixels",
        lambda: riff(canvas(16_384, 16_384), *webp_chunks(plain("WEBP"))),
        PIXELS,
    ),
    Hostile(
        "WebP of 36 megapixels",
        lambda: riff(canvas(6_000, 6_000), *webp_chunks(plain("WEBP"))),
        "20 megapixels",
    ),
    Hostile(
        "WebP with a small canvas",
        lambda: riff(canvas(20, 30), *webp_chunks(plain("WEBP"))),
        BROKEN,
    ),
    Hostile("WebP of 5000 frames", lambda: _frames(5000), size=(60, 90)),
    Hostile("WebP of 20000 frames", lambda: _frames(20_000), HEAVY),
    Hostile("AVIF of 3.6 gigapixels", lambda: _claiming((60_000, 60_000), (64, 64)), "picture"),
    Hostile(
        "AVIF that claims to be small", lambda: _claiming((40, 30), (2_000, 1_500)), size=(40, 30)
    ),
    Hostile(
        "AVIF that claims to be large", lambda: _claiming((400, 300), (64, 48)), size=(400, 300)
    ),
)
