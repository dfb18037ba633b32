"""A program of its own: decode the AVIF on standard input, within bounds.

It knows nothing of the shop, and starts in a tenth of a second. Its exit code is the outcome; a
signal means that it was too much.
"""

from __future__ import annotations

import io
import resource
import sys

from PIL import AvifImagePlugin
from PIL import Image as Pillow

WHOLE, BROKEN, CUT, HEAVY = 0, 3, 4, 5
# 20 megapixels with transparency and 10 bits a colour need 400 MiB. A worker, which decodes what
# has passed here, has 600 MiB.
MEMORY_BYTES = 480 * 2**20
CPU_SECONDS = 10


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
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


if __name__ == "__main__":
    sys.exit(main())
