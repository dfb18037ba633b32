"""What a JPEG is made of: segments behind markers, and scans."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from flask_babel import lazy_gettext as _l

from shop.services.pictures.exif import orientation_in
from shop.services.pictures.still import Broken, Cut, Heavy, Still, Unreadable

# Inside of a scan, 0xff is followed by a zero, by a restart's number, or by itself. A pattern for
# several of them would begin anew at each one of a long row.
MARKER = re.compile(rb"\xff([\x01-\xcf\xd8-\xfe])")
# Cameras and editors make some dozens.
MOST_SEGMENTS = 10_000
START, END, SCAN, APP1, APP2 = 0xD8, 0xD9, 0xDA, 0xE1, 0xE2
FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# Lossless and arithmetic coding are read by no browser, and a few bytes can keep the latter busy.
ORDINARY = (0xC0, 0xC1, 0xC2)
# Frames, tables and scans, and what JFIF and Adobe say of how the colours are meant.
NEEDED = FRAMES | {0xC4, SCAN, 0xDB, 0xDD, 0xE0, 0xEE}
EXIF, PROFILE = b"Exif\0\0", b"ICC_PROFILE\0"
BITS = 8


class Segment(NamedTuple):
    """`scanned` is what follows a scan's header."""

    marker: int
    body: bytes
    scanned: bytes

    def __bytes__(self) -> bytes:
        length = struct.pack(">H", len(self.body) + 2)
        return b"".join((bytes((0xFF, self.marker)), length, self.body, self.scanned))


def still(data: bytes) -> Still:
    """The first picture of a JPEG; phones put more of them behind it."""
    segments = list(_segments(data))
    width, height, layers = _frame(segments)
    needed = b"".join(bytes(each) for each in segments if each.marker in NEEDED)
    return Still(
        "JPEG",
        b"\xff\xd8" + needed + (b"\xff\xd9" if segments[-1].marker == END else b""),
        width,
        height,
        _orientation(segments),
        _profile(segments),
        sum(each.marker == SCAN for each in segments),
        layers,
    )


def _segments(data: bytes) -> Iterator[Segment]:
    """Up to the end of the first picture."""
    found, count = MARKER.search(data, 2), 0
    while found and found[1][0] != END:
        count += 1
        if count > MOST_SEGMENTS:
            raise Heavy()
        start = found.end()
        if found[1][0] < 0xC0 or found[1][0] == START:
            raise Broken()
        length = int.from_bytes(data[start : start + 2], "big")
        after = start + length
        if after > len(data) or start + 2 > len(data):
            raise Cut()
        if length < 2:
            raise Broken()
        following = MARKER.search(data, after)
        scanned = b""
        if found[1][0] == SCAN:
            scanned = data[after : following.start() if following else None]
        yield Segment(found[1][0], data[start + 2 : after], scanned)
        found = following
    if found:
        yield Segment(END, b"", b"")


def _frame(segments: Iterable[Segment]) -> tuple[int, int, int]:
    """Width, height and number of layers."""
    frames = [each for each in segments if each.marker in FRAMES]
    if not frames:
        raise Cut()
    if len(frames) > 1 or len(frames[0].body) < 6:
        raise Broken()
    if frames[0].marker not in ORDINARY:
        raise Unreadable(_l("This is a rare kind of JPEG. Save it as an ordinary one."))
    bits, height, width, layers = struct.unpack_from(">BHHB", frames[0].body)
    if bits != BITS:
        raise Unreadable(_l("This JPEG has more than 8 bits a colour. Save it with 8."))
    return width, height, layers


def _orientation(segments: Iterable[Segment]) -> int:
    for each in segments:
        if each.marker == APP1 and each.body.startswith(EXIF):
            return orientation_in(each.body[len(EXIF) :])
    return 1


def _profile(segments: Iterable[Segment]) -> bytes:
    """It comes in numbered pieces, since a segment holds 64 KiB; nothing where some lack."""
    pieces = {
        each.body[12]: each.body
        for each in segments
        if each.marker == APP2 and each.body.startswith(PROFILE) and len(each.body) > 14
    }
    if any(body[13] != len(pieces) for body in pieces.values()):
        return b""
    return b"".join(pieces[number][14:] for number in sorted(pieces))
