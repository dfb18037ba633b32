"""Honest pictures of unusual kinds: every one of them is taken."""

from __future__ import annotations

import struct

from PIL import Image as Pillow

from tests.hostile_pictures.hostile import Hostile
from tests.hostile_pictures.pieces import (
    SIZE,
    WIDE,
    chunk,
    drawing,
    exif,
    jpeg_with,
    moving,
    plain,
    png,
    png_with,
    saved,
    segment,
)

TURNED = SIZE[1], SIZE[0]


def turned(orientation: int) -> bytes:
    return jpeg_with(segment(0xE1, b"Exif\0\0" + exif(orientation)))


def deep(channels: int, value: int, colour: int, size: tuple[int, int] = (40, 60)) -> bytes:
    """A PNG with 16 bits a channel, of one value."""
    row = b"\0" + struct.pack(">H", value) * channels * size[0]
    return png(size, row * size[1], depth=16, colour=colour)


def unmarked_cmyk() -> bytes:
    """As some programs write it: without Adobe's marker."""
    marked = saved(drawing("CMYK"), "JPEG")
    at = marked.index(b"\xff\xee")
    return marked[:at] + marked[at + 2 + int.from_bytes(marked[at + 2 : at + 4], "big") :]


def interlaced(size: tuple[int, int] = (40, 60)) -> bytes:
    """A white PNG in Adam7's seven passes."""
    passes = (
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    )
    rows = b""
    for left, top, across, down in passes:
        width = len(range(left, size[0], across))
        rows += (b"\0" + b"\xff\xff\xff" * width) * len(range(top, size[1], down))
    return png(size, rows, interlaced=1)


def several() -> bytes:
    """Two pictures in one file, as phones make them."""
    return saved(drawing(), "MPO", save_all=True, append_images=[Pillow.new("RGB", (90, 60))])


def see_through(kind: str, mode: str) -> bytes:
    picture = drawing("RGB").copy()
    picture.putalpha(0)
    return saved(picture.convert(mode), kind)


def palette() -> bytes:
    return saved(drawing().quantize(16), "PNG", transparency=bytes(range(0, 256, 16)))


def _cmyk() -> bytes:
    return saved(drawing("CMYK"), "JPEG")


PLACE = (0x8825, 4, 1, struct.pack(">I", 8))  # where GPS begins

EVERY = tuple(
    Hostile(name, made, size=size)
    for name, made, size in (
        ("PNG of 1 by 1", lambda: saved(Pillow.new("RGB", (1, 1)), "PNG"), (1, 1)),
        ("JPEG of 1 by 1", lambda: saved(Pillow.new("RGB", (1, 1)), "JPEG"), (1, 1)),
        ("WebP of 1 by 1", lambda: saved(Pillow.new("RGB", (1, 1)), "WEBP"), (1, 1)),
        ("AVIF of 1 by 1", lambda: saved(Pillow.new("RGB", (1, 1)), "AVIF"), (1, 1)),
        ("PNG that moves", lambda: moving("PNG"), (60, 90)),
        ("WebP that moves", lambda: moving("WEBP"), (60, 90)),
        ("AVIF that moves", lambda: moving("AVIF"), (60, 90)),
        ("two pictures of a phone", several, SIZE),
        ("CMYK as Adobe has it", _cmyk, SIZE),
        ("CMYK without a marker", unmarked_cmyk, SIZE),
        ("grey of 16 bits", lambda: deep(1, 0x8000, 0), (40, 60)),
        ("colours of 16 bits", lambda: deep(3, 0x8000, 2), (40, 60)),
        ("transparency of 16 bits", lambda: deep(4, 0x8000, 6), (40, 60)),
        ("grey transparency of 16 bits", lambda: deep(2, 0x8000, 4), (40, 60)),
        ("grey", lambda: saved(drawing("L"), "JPEG"), SIZE),
        ("black and white", lambda: saved(drawing("1"), "PNG"), SIZE),
        ("palette with transparency", palette, SIZE),
        ("all transparent", lambda: see_through("PNG", "RGBA"), SIZE),
        ("all transparent and grey", lambda: see_through("PNG", "LA"), SIZE),
        ("all transparent WebP", lambda: see_through("WEBP", "RGBA"), SIZE),
        ("all transparent AVIF", lambda: see_through("AVIF", "RGBA"), SIZE),
        (
            "colour that is transparent",
            lambda: saved(drawing(), "PNG", transparency=(9, 9, 9)),
            SIZE,
        ),
        ("interlaced", interlaced, (40, 60)),
        ("progressive", lambda: saved(drawing(), "JPEG", progressive=True), SIZE),
        (
            "EXIF that is broken",
            lambda: jpeg_with(segment(0xE1, b"Exif\0\0MM\0*\xff\xff\xff\xff")),
            SIZE,
        ),
        ("EXIF of nonsense", lambda: png_with(chunk(b"eXIf", b"nonsense")), SIZE),
        ("EXIF with a place", lambda: jpeg_with(segment(0xE1, b"Exif\0\0" + exif(1, PLACE))), SIZE),
        *(
            (f"turned by {number}", lambda number=number: turned(number), SIZE)
            for number in (0, 3, 9, 255)
        ),
        *(
            (f"turned by {number}", lambda number=number: turned(number), TURNED)
            for number in (6, 8)
        ),
        ("PNG on its side", lambda: png_with(chunk(b"eXIf", exif(6))), TURNED),
        ("WebP on its side", lambda: saved(drawing(), "WEBP", exif=b"Exif\0\0" + exif(6)), TURNED),
        ("AVIF on its side", lambda: saved(drawing(), "AVIF", exif=exif(6)), TURNED),
        ("profile of wide colours", lambda: saved(drawing(), "JPEG", icc_profile=WIDE), SIZE),
        (
            "profile of nonsense",
            lambda: saved(drawing(), "JPEG", icc_profile=b"nonsense" * 40),
            SIZE,
        ),
        ("profile cut off", lambda: saved(drawing(), "PNG", icc_profile=WIDE[:200]), SIZE),
        ("profile of other colours", lambda: saved(drawing("L"), "PNG", icc_profile=WIDE), SIZE),
        ("JPEG with a tail", lambda: plain("JPEG") + bytes(5000), SIZE),
        ("PNG with a tail", lambda: plain("PNG") + b"\xff" * 5000, SIZE),
    )
)
