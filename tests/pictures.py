"""Pictures to send."""

from __future__ import annotations

import io

from PIL import Image as Pillow


def picture(colour: str = "white", size: tuple[int, int] = (400, 600)) -> bytes:
    """A PNG; another colour is another picture."""
    out = io.BytesIO()
    Pillow.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()
