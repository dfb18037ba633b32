"""Pictures as large as the shop takes them, with detail of every size as photographs have it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image as Pillow

PHOTO = (7746, 5164)  # 40 megapixels
MOST = (8660, 5773)  # 50
FINENESS = (3, 7, 17, 41, 97, 300)  # pixels
GRAIN = 9


def drawn(folder: Path) -> Iterator[tuple[str, Path]]:
    """What each is, and its file; drawn when it is asked for."""
    photo = _photo(PHOTO)
    for progressive in (False, True):
        path = folder / f"photo-{progressive}.jpg"
        photo.save(path, quality=85, progressive=progressive)
        yield f"40 MP JPEG, {'progressive' if progressive else 'baseline'}", path
    path = folder / "print.jpg"
    photo.convert("CMYK").save(path, quality=60)
    yield "40 MP JPEG, CMYK", path
    # In large dots: a photograph of 50 megapixels is more than 20 MiB as PNG.
    coarse = photo.resize((MOST[0] // 5, MOST[1] // 5))
    plain = coarse.resize(MOST, Pillow.Resampling.NEAREST)
    plain.putalpha(Pillow.linear_gradient("L").resize(MOST))
    path = folder / "transparent.png"
    plain.save(path, compress_level=1)
    yield "50 MP PNG, transparent", path
    path = folder / "deep.png"
    deep = np.asarray(plain.convert("L")).astype(np.uint16) // 16 * 4112
    Pillow.fromarray(deep).save(path, compress_level=1)
    yield "50 MP PNG, grey of 16 bits", path
    small = photo.resize((5000, 4000))
    for kind in ("WebP", "AVIF"):
        path = folder / f"small.{kind.lower()}"
        small.save(path, quality=60, method=0, speed=10)
        yield f"20 MP {kind}", path


def _photo(size: tuple[int, int]) -> Pillow.Image:
    """Clouds upon clouds, and grain."""
    chance = np.random.default_rng(1)
    width, height = size
    layers = []
    for _ in range(3):
        layer = np.zeros((height, width), np.float32)
        for step in FINENESS:
            coarse = chance.normal(0, 1, (height // step + 2, width // step + 2))
            clouds = Pillow.fromarray(coarse.astype(np.float32))
            layer += np.asarray(clouds.resize(size, Pillow.Resampling.BICUBIC)) * step**0.55
        layer = (layer - layer.min()) / np.ptp(layer) * 255
        grainy = layer + chance.normal(0, GRAIN, layer.shape).astype(np.float32)
        layers.append(Pillow.fromarray(grainy.clip(0, 255).astype(np.uint8)))
    return Pillow.merge("RGB", layers)
