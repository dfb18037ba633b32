"""The inks each kind of cover is printed in."""

from dataclasses import dataclass

from dev.demo.covers.colours import Colour, rgb


@dataclass(frozen=True)
class Inks:
    """Paper, the ink of the text, and up to three more."""

    paper: Colour
    ink: Colour
    first: Colour
    second: Colour
    third: Colour


def _inks(*codes: str) -> Inks:
    return Inks(*map(rgb, codes))


# Classic covers: tinted paper, dark ink, one strong colour, its pale tint, a dark relative of it.
CLASSIC = {
    "oxblood": _inks("#f3e9d7", "#241d19", "#7f2a1d", "#d9b9a0", "#4f1a14"),
    "forest": _inks("#f1ecda", "#1d2620", "#24513d", "#b9c6a8", "#173629"),
    "navy": _inks("#f0ebdf", "#1a2030", "#22406b", "#b5c1cd", "#15294a"),
    "ochre": _inks("#f6ecd4", "#2a2117", "#a8651b", "#e2c48e", "#6b3d10"),
    "plum": _inks("#f2e8e2", "#2a1b26", "#5f2a4d", "#cdb1bf", "#3d1932"),
    "slate": _inks("#ebe9e2", "#1f2427", "#41565f", "#b7c0c1", "#28373e"),
    "teal": _inks("#eef0e6", "#152625", "#17595a", "#a9c4bf", "#0f3d3f"),
    "rose": _inks("#f7e9e1", "#2b1c1c", "#a8433f", "#e3b9ac", "#6f2626"),
    "sky": _inks("#e9eef0", "#17222b", "#2b6a8c", "#b3cbd6", "#184660"),
    "leaf": _inks("#f3f0dc", "#22261a", "#6b7d2a", "#cdd2a0", "#434f18"),
}

# Modern covers: flat ground, the ink of the type upon it, three more.
MODERN = {
    "signal": _inks("#dc412b", "#fbf2e2", "#1c1a19", "#f0b23a", "#f7dfc4"),
    "poster": _inks("#f3e9d6", "#1b1a19", "#d23a28", "#1b1a19", "#b9ad97"),
    "harbour": _inks("#f2e8d3", "#172733", "#1f5273", "#dd5b34", "#efb443"),
    "petrol": _inks("#164451", "#f7ecd5", "#e8673c", "#f2b544", "#8fb8ae"),
    "mustard": _inks("#edb83d", "#211b15", "#bf3f2a", "#22545c", "#f8efda"),
    "night": _inks("#25242f", "#f4ead8", "#e2664a", "#74aeb0", "#edc266"),
    "sage": _inks("#d9dfd0", "#1a2b24", "#2b6650", "#df7a3e", "#f3d89c"),
    "blush": _inks("#f1d3c6", "#371c29", "#b03547", "#38587a", "#fbeee1"),
    "ice": _inks("#cadde6", "#10243a", "#1d5b96", "#e2662a", "#fdf3df"),
    "olive": _inks("#55663a", "#faf0d8", "#e6c265", "#2a371d", "#ee9c5c"),
    "aubergine": _inks("#46223f", "#faeadc", "#de8a73", "#f0bf76", "#8a6aa8"),
    "cobalt": _inks("#1f3fa0", "#fbf4e4", "#f26a3d", "#f5c04a", "#9fc2e6"),
    "ivory": _inks("#f7f3e8", "#161514", "#161514", "#c9302c", "#a9a294"),
    "mint": _inks("#bfdccb", "#13302e", "#0f5a57", "#f0684c", "#f8e6b0"),
}

# Cloth bindings: cloth, what is stamped on it, a lighter and a darker cloth, a second foil.
CLOTH = {
    "green": _inks("#1d4034", "#e3c583", "#2b5546", "#143027", "#f0e2c0"),
    "red": _inks("#7b2320", "#ecd09a", "#93332c", "#5d1816", "#f6e7c8"),
    "blue": _inks("#1c3150", "#e6d3a3", "#2b4468", "#13233b", "#f2e8cd"),
    "black": _inks("#211f20", "#d9b774", "#343133", "#151314", "#efe3c8"),
    "violet": _inks("#452445", "#e7c99b", "#5a3559", "#321834", "#f3e4cf"),
    "teal": _inks("#12494d", "#ecd7a2", "#205f62", "#0b3639", "#f5ead0"),
    "tan": _inks("#c69b62", "#37200f", "#d3ad79", "#ad8149", "#5b3213"),
    "grey": _inks("#8d9a98", "#1d2628", "#a0acaa", "#768583", "#2c3739"),
    "rose": _inks("#c98f86", "#3b1519", "#d7a49b", "#b1766d", "#54202a"),
    "cream": _inks("#e9dcc0", "#7c2b1f", "#f1e7d0", "#d6c5a1", "#2b241d"),
}

# Skies: its top, its middle, its foot, the nearest ground, sun or moon; text is ``ink``.


@dataclass(frozen=True)
class Sky:
    """A light: three stops of sky, far and near ground, the disc, and two inks of text."""

    stops: tuple[Colour, Colour, Colour]
    far: Colour
    near: Colour
    disc: Colour
    ink: Colour
    foot: Colour


def _sky(
    top: str, middle: str, low: str, far: str, near: str, disc: str, ink: str, foot: str
) -> Sky:
    return Sky((rgb(top), rgb(middle), rgb(low)), *map(rgb, (far, near, disc, ink, foot)))


SKIES = {
    "night": _sky(
        "#0c1a2c", "#17374c", "#4c7385", "#2a4f63", "#06121d", "#f5e6bf", "#f8efda", "#d9cfb6"
    ),
    "dusk": _sky(
        "#2a2a58", "#8a4768", "#f0a15a", "#7d4763", "#1a142b", "#ffd79c", "#fff2de", "#ecd8c0"
    ),
    "dawn": _sky(
        "#f9e3c8", "#f4bd97", "#d98d80", "#b97a78", "#43263a", "#fff4e2", "#3b1f30", "#f6dccb"
    ),
    "winter": _sky(
        "#eef1f0", "#d6e0e4", "#b9cad3", "#a5b7c2", "#34495a", "#f9f3e6", "#1d2d39", "#e9eef0"
    ),
    "summer": _sky(
        "#e6ecd2", "#c9d8ad", "#a5bf8e", "#93ae83", "#1d3a2d", "#fbf3d4", "#14271d", "#e3ebcf"
    ),
    "desert": _sky(
        "#fbe6ba", "#f3b974", "#df8650", "#cd7d4e", "#5f2820", "#fff3d6", "#43170f", "#f8ddb4"
    ),
    "sea": _sky(
        "#eaf1ec", "#bddada", "#84b4b8", "#5e99a1", "#0d3646", "#fdf4dc", "#0c2c3a", "#d9ebe8"
    ),
    "storm": _sky(
        "#232c36", "#45535d", "#8c9896", "#5d6b70", "#10171d", "#e9e4d0", "#f4efdf", "#cfd3cd"
    ),
    "gothic": _sky(
        "#17111f", "#3a2a47", "#8d5c69", "#4a3450", "#0a070e", "#f1e2c6", "#f5e8d3", "#cdb9b4"
    ),
    "ember": _sky(
        "#2b0b0d", "#7c2119", "#dd6b3a", "#6b211d", "#160607", "#ffd596", "#ffeed6", "#e7c3a6"
    ),
    "space": _sky(
        "#070b1d", "#131a40", "#3c3270", "#2b2a5c", "#04060f", "#f3c987", "#f6efe2", "#c4c1d8"
    ),
    "mars": _sky(
        "#1d0f1f", "#5b2333", "#d0643f", "#8a3a34", "#18090f", "#f7d9a5", "#fdeed9", "#e2bfa9"
    ),
    "bright": _sky(
        "#a9d8ea", "#cfe9ea", "#f3f1d8", "#a8cf97", "#2f6f52", "#ffcf5c", "#153a4d", "#f4f6e4"
    ),
    "mint": _sky(
        "#d8efe2", "#c3e4d6", "#f6efcf", "#8fc4a8", "#1f5a4e", "#f59b6a", "#12352f", "#eef6e4"
    ),
    "rose": _sky(
        "#fde6df", "#f8cfc4", "#f6e0b8", "#c3a27c", "#5b3a3f", "#f0785a", "#43202c", "#fbeadf"
    ),
    "starlit": _sky(
        "#13244f", "#27457f", "#6f8fbd", "#4d7a86", "#12343f", "#ffd97a", "#fdf3da", "#dfe6e4"
    ),
    "honey": _sky(
        "#fff0cc", "#fbd98e", "#f3b65f", "#b9b060", "#41572c", "#fff9e8", "#43290f", "#f9ecc9"
    ),
    "lilac": _sky(
        "#efe4ee", "#d5bfd9", "#a990bd", "#8d78a8", "#33254d", "#fdf3e3", "#2c1a3d", "#eadff0"
    ),
}
