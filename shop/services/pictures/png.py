"""What a PNG is made of: chunks, each with its checksum."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from shop.services.pictures.exif import orientation_in
from shop.services.pictures.still import Broken, Cut, Heavy, Still

SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Whatever else there is, texts and later frames among it, is never unpacked.
NEEDED = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
HEADER = struct.Struct(">II")
MOST_CHUNKS = 100_000
# Bytes of a profile when it is unpacked. Those of printers, the largest ones, have 3 MB.
MOST_PROFILE = 4 * 2**20


def still(data: bytes) -> Still:
    """The picture of a PNG; of one that moves, that which it shows where nothing moves."""
    kept, size, orientation, profile = [SIGNATURE], (0, 0), 1, b""
    for kind, body, whole in _chunks(data):
        if kind in NEEDED:
            kept.append(whole)
        if kind == b"IHDR" and len(body) >= HEADER.size:
            size = HEADER.unpack_from(body)
        elif kind == b"eXIf":
            orientation = orientation_in(body)
        elif kind == b"iCCP":
            profile = _unpacked(body)
    return Still("PNG", b"".join(kept), *size, orientation, profile)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Kind, content and the whole of each, up to the last one."""
    at, kind = len(SIGNATURE), b""
    for _ in range(MOST_CHUNKS):
        length, kind = struct.unpack(">I4s", data[at : at + 8].ljust(8, b"\0"))
        after = at + 12 + length
        if after > len(data):
            raise Cut()
        body = data[at + 8 : after - 4]
        if kind in NEEDED and zlib.crc32(body, zlib.crc32(kind)) != _number(data, after - 4):
            raise Broken()
        yield kind, body, data[at:after]
        if kind == b"IEND":
            return
        at = after
    raise Heavy()


def _number(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "big")


def _unpacked(body: bytes) -> bytes:
    """A profile: behind its name, a zero and the one method there is. None that is a bomb."""
    _, _, packed = body.partition(b"\0")
    unpacking = zlib.decompressobj()
    try:
        profile = unpacking.decompress(packed[1:], MOST_PROFILE)
    except zlib.error:
        return b""
    return profile if unpacking.eof else b""
