"""What a file holds, found without unpacking any of it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from shop.services.pictures import avif, jpeg, png, webp
from shop.services.pictures.kinds import kind_of
from shop.services.pictures.still import Broken, Heavy, Still, Unreadable

STILLS = {"JPEG": jpeg.still, "PNG": png.still, "WEBP": webp.still, "AVIF": avif.still}
MOST_PIXELS = 50_000_000
# Their decoders take 16 bytes a pixel and more, and cannot decode them smaller.
MOST_PIXELS_OF_FILMS = 20_000_000
FILMS = ("WEBP", "AVIF")
# Of a JPEG. Encoders make ten or twelve.
MOST_SCANS = 64
MOST_PIXELS_SCANNED = 1_000_000_000
# Numbers of two bytes that are kept from scan to scan: 50 megapixels in three colours, and fewer of
# a picture for print.
MOST_NUMBERS = 150_000_000
# No page has room for a longer strip.
MOST_SLENDER = 20


def still_of(data: bytes) -> Still:
    """The first picture in these bytes; Unreadable when there is none, or not one for the shop."""
    still = STILLS[kind_of(data)](data)
    _check_size(still)
    _check_scans(still)
    return still


def _check_size(still: Still) -> None:
    sides = (still.width, still.height)
    if not all(sides):
        raise Broken()
    pixels = still.width * still.height
    if pixels > MOST_PIXELS:
        raise Unreadable(_l("This picture has more than 50 megapixels. Make it smaller first."))
    if still.kind in FILMS and pixels > MOST_PIXELS_OF_FILMS:
        raise Unreadable(
            _l("This WebP or AVIF picture has more than 20 megapixels. Save it as JPEG.")
        )
    if max(sides) > MOST_SLENDER * min(sides):
        raise Unreadable(_l("One side of this picture is over 20 times the other. Crop it first."))


def _check_scans(still: Still) -> None:
    pixels = still.width * still.height
    if still.scans > MOST_SCANS or still.scans * pixels > MOST_PIXELS_SCANNED:
        raise Heavy()
    if still.scans > 1 and still.layers * pixels > MOST_NUMBERS:
        raise Heavy()
