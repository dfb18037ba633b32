"""A file that somebody sends as a picture: whether it is one, and of which size."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from shop.errors import Invalid
from shop.gateways.files import content_key
from shop.services.pictures import avif
from shop.services.pictures.kinds import kind_of
from shop.services.pictures.opening import still_of
from shop.services.pictures.pixels import read_through
from shop.services.pictures.still import Still, Unreadable

# Ending and media type of the originals that are taken.
FORMATS = {
    "JPEG": ("jpg", "image/jpeg"),
    "PNG": ("png", "image/png"),
    "WEBP": ("webp", "image/webp"),
    "AVIF": ("avif", "image/avif"),
}
MOST_BYTES = 20 * 2**20
# The threads of a web process share its memory, and one picture may take 200 MB of it: who sends
# pictures at once waits in line here, for a second or two.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Picture:
    """`key` names it in the file store; width and height are pixels, upright."""

    key: str
    media_type: str
    width: int
    height: int


def look_at(data: bytes) -> Picture:
    """What these bytes are; Invalid, with what to do about it, when the shop does not take them."""
    if len(data) > MOST_BYTES:
        raise Invalid(_l("This picture is larger than 20 MiB. Save it smaller and send that."))
    try:
        with _one_at_a_time:
            still = _read(data)
    except Unreadable as unreadable:
        raise Invalid(unreadable.reason) from None
    ending, media_type = FORMATS[still.kind]
    return Picture(content_key(data, ending), media_type, *still.upright)


def _read(data: bytes) -> Still:
    """Decode it once: only that tells that it is whole."""
    if kind_of(data) == "AVIF":
        avif.tried(data)
        return still_of(data)
    still = still_of(data)
    read_through(still)
    return still
