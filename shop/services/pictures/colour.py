"""The colour that stands for a picture while it loads."""

from __future__ import annotations

from PIL import Image as Pillow

# A picture of so many pixels a side tells as much of its colours as the whole.
SIDE = 64
SHADES = 16
# Colours no further apart than this (in steps of 255 on each of three axes) look like one.
ALIKE = 40


def dominant(picture: Pillow.Image) -> str:
    """ "#rrggbb" of the colour that covers most of an RGB picture, with all that look like it."""
    small = picture.resize((SIDE, SIDE), Pillow.Resampling.BOX)
    drawn = small.quantize(SHADES, Pillow.Quantize.MEDIANCUT, dither=Pillow.Dither.NONE)
    shades = [(count, colour) for count, colour in drawn.convert("RGB").getcolors(SHADES) or ()]
    groups = ([each for each in shades if _alike(each[1], middle)] for _, middle in shades)
    biggest = max(groups, key=lambda group: sum(count for count, _ in group))
    pixels = sum(count for count, _ in biggest)
    mean = (round(sum(n * colour[axis] for n, colour in biggest) / pixels) for axis in range(3))
    return "#" + "".join(f"{value:02x}" for value in mean)


def _alike(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) <= ALIKE**2
