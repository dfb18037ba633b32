"""A program of its own: decode the AVIF on standard input, within bounds.

It knows nothing of the shop, and starts in a tenth of a second. Its exit code is the outcome; a
signal means that it was too much.
"""

from __future__ import annotations

import io
import resource
import sys
from contextlib import suppress

from PIL import AvifImagePlugin
from PIL import Image as Pillow

WHOLE, BROKEN, CUT, HEAVY = 0, 3, 4, 5
# 20 megapixels with transparency and 10 bits a colour need 400 MiB. A worker, which decodes what
# has passed here, has 600 MiB.
MEMORY_BYTES = 480 * 2**20
CPU_SECONDS = 10


def main() -> int:
    _bound(resource.RLIMIT_AS, MEMORY_BYTES)
    _bound(resource.RLIMIT_CPU, CPU_SECONDS)
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    Pillow.MAX_IMAGE_PIXELS = None
    try:
        with Pillow.open(io.BytesIO(sys.stdin.buffer.read()), formats=("AVIF",)) as picture:
            picture.load()
    except MemoryError:
        return HEAVY
    except Exception as problem:
        return CUT if "truncated" in str(problem).lower() else BROKEN
    return WHOLE


def _bound(what: int, most: int) -> None:
    """No more than this, nor than was allowed before."""
    _, hard = resource.getrlimit(what)
    # macOS, where somebody may develop, refuses a bound on memory.
    with suppress(ValueError):
        resource.setrlimit(
            what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard)
        )


if __name__ == "__main__":
    sys.exit(main())
