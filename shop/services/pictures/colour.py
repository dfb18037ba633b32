"""The colour that stands for a picture while it loads."""

from __future__ import annotations

from PIL import Image as Pillow

# A picture of so many pixels a side tells as much of its colours as the whole.
SIDE = 64
SHADES = 16
# Colours no further apart than this (in steps of 255 on each of three axes) look like one.
ALIKE = 40


def dominant(picture: Pillow.Image) -> str:
    """`#rrggbb` of what covers most of an RGB picture: one colour, and all that look like it."""
    small = picture.resize((SIDE, SIDE), Pillow.Resampling.BOX)
    drawn = small.quantize(SHADES, Pillow.Quantize.MEDIANCUT, dither=Pillow.Dither.NONE)
    palette = drawn.getpalette() or []
    shades = [
        (count, palette[3 * number : 3 * number + 3])
        for number, count in enumerate(drawn.histogram())
        if count
    ]
    groups = [[each for each in shades if _alike(each[1], middle)] for _, middle in shades]
    biggest = max(groups, key=_pixels)
    mean = (
        round(sum(n * colour[axis] for n, colour in biggest) / _pixels(biggest))
        for axis in range(3)
    )
    return "#" + "".join(f"{value:02x}" for value in mean)


def _pixels(group: list[tuple[int, list[int]]]) -> int:
    return sum(count for count, _ in group)


def _alike(one: list[int], other: list[int]) -> bool:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) <= ALIKE**2
