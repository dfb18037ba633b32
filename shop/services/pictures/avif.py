"""AVIF: a film's container and a film's codec. What it will take, only decoding it tells.

The size that a container claims binds nothing of what is inside it, and libavif's own limit is 268
megapixels. So the first decoding is done by a process that may not take more than it should.
"""

from __future__ import annotations

import io
import subprocess
import sys

from PIL import AvifImagePlugin
from PIL import Image as Pillow

from shop.services.pictures import trial
from shop.services.pictures.exif import orientation_in
from shop.services.pictures.still import Broken, Cut, Heavy, Still

# A worker has one core for it, and each thread of the decoder would have memory of its own.
AvifImagePlugin.DEFAULT_MAX_THREADS = 1
EXIF = b"Exif\0\0"
SECONDS = 20
OUTCOMES = {trial.BROKEN: Broken, trial.CUT: Cut}


def tried(data: bytes) -> None:
    """Unreadable when these bytes cannot be decoded within bounds."""
    try:
        done = subprocess.run(  # noqa: S603  # nothing of the file is an argument
            [sys.executable, "-I", trial.__file__],
            input=data,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise Heavy() from None
    if done.returncode:
        raise OUTCOMES.get(done.returncode, Heavy)()


def still(data: bytes) -> Still:
    """The first picture of an AVIF that has been tried."""
    try:
        with Pillow.open(io.BytesIO(data), formats=("AVIF",)) as picture:
            exif = picture.info.get("exif", b"").removeprefix(EXIF)
            profile = picture.info.get("icc_profile", b"")
            return Still("AVIF", data, *picture.size, orientation_in(exif), profile)
    except (OSError, SyntaxError, ValueError, TypeError, RuntimeError):
        raise Broken() from None
