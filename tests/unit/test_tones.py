"""The colour of a picture as class names, which a stylesheet has for every step."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

from shop.web.pictures import tone

CSS = Path(__file__).resolve().parents[2] / "static" / "css" / "pictures.css"
STEPS = range(0, 256, 17)


@pytest.mark.parametrize(
    ("colour", "names"),
    [
        ("#000000", "tone r-0 g-0 b-0"),
        ("#336699", "tone r-3 g-6 b-9"),
        ("#f4ead5", "tone tone--light r-e g-e b-d"),
        ("#ffffff", "tone tone--light r-f g-f b-f"),
    ],
)
def test_a_colour_is_a_step_of_each_channel(colour, names):
    assert tone(colour) == names


def test_the_stylesheet_has_every_step_of_every_channel():
    rules = re.findall(r"^\.([rgb])-([0-9a-f]) \{ --\1: (\d+); \}$", CSS.read_text(), re.MULTILINE)
    assert len(rules) == 48
    assert {(c, s): int(v) for c, s, v in rules} == {
        (channel, f"{value // 17:x}"): value for channel in "rgb" for value in STEPS
    }


def test_ink_can_be_read_on_every_colour():
    def light(value: int) -> float:
        part = value / 255
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    channels = {value: light(value) for value in STEPS}
    for red, green, blue in product(STEPS, repeat=3):
        paper = 0.2126 * channels[red] + 0.7152 * channels[green] + 0.0722 * channels[blue]
        black = "tone--light" in tone(f"#{red:02x}{green:02x}{blue:02x}").split()
        contrast = (paper + 0.05) / 0.05 if black else 1.05 / (paper + 0.05)
        assert contrast >= 4.5, (red, green, blue)
