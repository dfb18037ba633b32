"""A still picture decoded: upright, on white, in sRGB, and no larger than its use asks for."""

from __future__ import annotations

import io
import math
import struct
import zlib

from PIL import Image as Pillow
from PIL import ImageCms

from shop.services.pictures.still import Broken, Cut, Heavy, Still

# Said by hand, and of the header, before anything is unpacked: see `looking`.
Pillow.MAX_IMAGE_PIXELS = None
# What Pillow raises of bytes that are not what they claim.
REFUSALS = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    RuntimeError,
    EOFError,
    struct.error,
    zlib.error,
)
# Rows of the small picture that are made at once: beside a picture of 50 megapixels there is
# no room for another one of its size.
STRIP = 64
# Before Lanczos, a picture is averaged down to this many times the size that is wanted. It
# looks the same, and takes a tenth of the time.
GAP = 2

INTENT = ImageCms.Intent.RELATIVE_COLORIMETRIC
SRGB = ImageCms.createProfile("sRGB")
SPACES = {"L": "GRAY", "RGB": "RGB", "CMYK": "CMYK"}
TURNS = {
    2: Pillow.Transpose.FLIP_LEFT_RIGHT,
    3: Pillow.Transpose.ROTATE_180,
    4: Pillow.Transpose.FLIP_TOP_BOTTOM,
    5: Pillow.Transpose.TRANSPOSE,
    6: Pillow.Transpose.ROTATE_270,
    7: Pillow.Transpose.TRANSVERSE,
    8: Pillow.Transpose.ROTATE_90,
}


def read_through(still: Still) -> None:
    """Decode it as small as it can be; Unreadable when it is not whole."""
    _loaded(still, (1, 1)).close()


def picture_of(still: Still, width: int, height: int) -> Pillow.Image:
    """The picture, upright and in RGB, of at least this size where it has that many pixels."""
    wanted = (height, width) if still.lies else (width, height)
    with _loaded(still, wanted) as whole:
        factor = max(1, min(whole.width // (GAP * wanted[0]), whole.height // (GAP * wanted[1])))
        small = _shrunk(whole, factor)
    upright = _in_srgb(small, still.profile)
    if still.orientation in TURNS:
        upright = upright.transpose(TURNS[still.orientation])
    # Whatever else the file told, its comments among it, ends here: the encoders would repeat it.
    upright.info = {}
    return upright


def _loaded(still: Still, least: tuple[int, int]) -> Pillow.Image:
    try:
        picture = Pillow.open(io.BytesIO(still.data), formats=(still.kind,))
        # Only a JPEG can be read small.
        picture.draft(None, least)
        picture.load()
    except MemoryError:
        raise Heavy() from None
    except REFUSALS as problem:
        raise (Cut if "truncated" in str(problem).lower() else Broken)() from None
    return picture


def _shrunk(whole: Pillow.Image, factor: int) -> Pillow.Image:
    """Averaged over squares of `factor` pixels, on white; as L, RGB or CMYK."""
    size = (math.ceil(whole.width / factor), math.ceil(whole.height / factor))
    small = Pillow.new(_opaque(whole.crop((0, 0, 1, 1))).mode, size)
    for top in range(0, size[1], STRIP):
        box = (0, top * factor, whole.width, min(whole.height, (top + STRIP) * factor))
        small.paste(_opaque(whole.crop(box)).reduce(factor), (0, top))
    return small


def _opaque(strip: Pillow.Image) -> Pillow.Image:
    if strip.mode.startswith("I"):
        # Pillow itself would cut 16 bits off at 255, and leave white.
        return strip.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    if strip.has_transparency_data:
        painted = strip.convert("RGBA")
        paper = Pillow.new("RGB", strip.size, "white")
        paper.paste(painted, mask=painted.getchannel("A"))
        return paper
    if strip.mode in SPACES:
        return strip
    return strip.convert("L" if strip.mode == "1" else "RGB")


def _in_srgb(picture: Pillow.Image, profile: bytes) -> Pillow.Image:
    """By its profile, where that is one and fits."""
    try:
        given = ImageCms.getOpenProfile(io.BytesIO(profile)) if profile else None
        if given is None or given.profile.xcolor_space.strip() != SPACES[picture.mode]:
            return picture.convert("RGB")
        flags = ImageCms.Flags.BLACKPOINTCOMPENSATION
        turn = ImageCms.buildTransform(given, SRGB, picture.mode, "RGB", INTENT, flags)
        return turn.apply(picture)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture.convert("RGB")
