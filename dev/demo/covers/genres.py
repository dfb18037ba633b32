"""Which styles, inks and scenes suit which part of the catalogue."""

from dataclasses import dataclass

from dev.demo.covers import countryside, shore, space, stage, town
from dev.demo.covers.scenic import Scene


@dataclass(frozen=True)
class View:
    """A scene, the lights it is seen in and the widest its words may be."""

    scene: Scene
    skies: tuple[str, ...]
    room: float = 620


@dataclass(frozen=True)
class Genre:
    """``styles`` are names with weights, the rest is chosen from evenly."""

    styles: dict[str, int]
    classic: tuple[str, ...]
    modern: tuple[str, ...]
    cloth: tuple[str, ...]
    views: tuple[View, ...]
    grounds: tuple[str, ...]


_HILLS = View(countryside.hills, ("dusk", "dawn", "summer", "honey", "lilac"))
_NIGHT_HILLS = View(countryside.hills, ("night", "gothic", "storm"))
_MOUNTAINS = View(countryside.mountains, ("dawn", "winter", "dusk", "storm"))
_FOREST = View(countryside.forest, ("summer", "winter", "lilac"))
_NIGHT_FOREST = View(countryside.forest, ("night", "gothic", "ember"))
_ROAD = View(countryside.road, ("dawn", "honey", "winter", "dusk"))
_BIRCHES = View(countryside.birches, ("winter", "lilac", "honey"), 430)
_DUNES = View(countryside.dunes, ("desert", "ember", "dawn"))
_GARDEN = View(countryside.garden, ("bright", "honey", "mint", "rose", "starlit"))
_SEA = View(shore.sea, ("sea", "dusk", "night", "storm"))
_CITY = View(town.city, ("dusk", "winter", "dawn"))
_NIGHT_CITY = View(town.city, ("night", "storm", "gothic"))
_CASTLE = View(town.castle, ("gothic", "ember", "night"))
_SPACE = View(space.space, ("space", "mars"))
_STAGE = View(stage.stage, ("ember", "gothic", "night"), 430)

_NOVEL = Genre(
    {"frame": 3, "cloth": 3, "label": 2, "engraved": 2, "scenic": 2, "grid": 1, "forms": 1},
    ("oxblood", "forest", "navy", "ochre", "plum", "slate", "teal", "rose"),
    ("harbour", "petrol", "blush", "olive", "ice", "mustard"),
    ("green", "red", "blue", "violet", "teal", "rose", "cream"),
    (_HILLS, _ROAD, _CITY, _FOREST),
    ("hills", "tree", "sea"),
)
_RUSSIAN = Genre(
    {"frame": 3, "cloth": 2, "engraved": 3, "scenic": 3, "label": 1, "poster": 1},
    ("oxblood", "navy", "forest", "slate", "ochre", "plum"),
    ("poster", "signal", "ivory", "petrol"),
    ("red", "green", "blue", "black", "cream", "tan"),
    (_BIRCHES, _ROAD, _CITY, _HILLS, _FOREST),
    ("tree", "hills"),
)
_WONDER = Genre(
    {"scenic": 3, "forms": 3, "poster": 2, "grid": 2},
    ("navy", "teal", "slate"),
    ("night", "cobalt", "petrol", "aubergine", "signal", "mint"),
    ("black", "blue", "violet"),
    (_SPACE, _SPACE, View(countryside.mountains, ("mars",)), View(countryside.dunes, ("ember",))),
    ("peaks", "sea"),
)
_DARK = Genre(
    {"scenic": 3, "engraved": 3, "cloth": 2, "poster": 1},
    ("slate", "plum", "oxblood"),
    ("night", "aubergine", "ivory"),
    ("black", "violet", "red", "grey"),
    (_CASTLE, _NIGHT_FOREST, _NIGHT_HILLS),
    ("tree", "hills"),
)
_CRIME = Genre(
    {"scenic": 3, "poster": 3, "forms": 2, "cloth": 1},
    ("slate", "oxblood", "navy"),
    ("night", "signal", "ivory", "mustard", "petrol", "ice"),
    ("black", "red", "tan"),
    (_NIGHT_CITY, _NIGHT_HILLS, _CITY),
    ("tree", "hills"),
)
_VOYAGE = Genre(
    {"scenic": 4, "engraved": 3, "cloth": 2, "poster": 1, "forms": 1},
    ("navy", "teal", "ochre", "sky"),
    ("harbour", "petrol", "cobalt", "ice"),
    ("blue", "teal", "tan", "green"),
    (_SEA, _SEA, _MOUNTAINS, _DUNES),
    ("sea", "peaks"),
)
_PAST = Genre(
    {"engraved": 3, "cloth": 3, "frame": 2, "scenic": 1, "label": 1},
    ("oxblood", "forest", "ochre", "navy", "plum"),
    ("poster", "olive", "mustard"),
    ("red", "green", "blue", "tan", "black"),
    (_MOUNTAINS, View(town.castle, ("dusk", "dawn")), _SEA),
    ("peaks", "hills", "sea"),
)
_WIT = Genre(
    {"grid": 2, "forms": 3, "label": 2, "poster": 2, "frame": 1},
    ("rose", "ochre", "leaf", "teal", "sky"),
    ("mustard", "mint", "blush", "signal", "cobalt", "sage"),
    ("rose", "cream", "teal"),
    (_ROAD, _CITY),
    ("hills",),
)
_STAGE_PLAYS = Genre(
    {"poster": 3, "scenic": 2, "frame": 2, "forms": 1, "label": 2, "grid": 1},
    ("oxblood", "plum", "navy", "slate", "rose"),
    ("poster", "signal", "ivory", "aubergine", "night", "blush"),
    ("red", "black", "violet"),
    (_STAGE,),
    ("tree", "hills"),
)
_VERSE = Genre(
    {"engraved": 3, "label": 3, "scenic": 2, "frame": 2, "cloth": 1},
    ("rose", "sky", "plum", "teal", "leaf", "slate"),
    ("blush", "sage", "ice", "aubergine"),
    ("rose", "grey", "violet", "cream"),
    (_HILLS, _BIRCHES, _SEA, _NIGHT_HILLS),
    ("tree", "sea", "hills"),
)
_YOUNG = Genre(
    {"scenic": 3, "grid": 3, "forms": 2, "cloth": 1, "label": 1},
    ("leaf", "rose", "sky", "ochre"),
    ("mint", "mustard", "cobalt", "sage", "blush", "signal"),
    ("green", "red", "teal", "cream"),
    (
        _GARDEN,
        _GARDEN,
        View(shore.sea, ("mint", "starlit", "rose")),
        View(countryside.forest, ("mint", "starlit", "summer")),
        View(countryside.hills, ("starlit", "rose", "mint")),
        View(town.castle, ("starlit", "rose", "lilac")),
    ),
    ("hills", "sea"),
)
_THOUGHT = Genre(
    {"grid": 3, "forms": 3, "frame": 3, "poster": 1, "engraved": 1, "label": 1},
    ("slate", "navy", "teal", "forest", "oxblood", "ochre"),
    ("harbour", "petrol", "sage", "ice", "poster", "night", "olive", "ivory"),
    ("blue", "grey", "black"),
    (_MOUNTAINS, _ROAD),
    ("peaks", "tree"),
)

GENRES = {  # by the slug of a category
    "fiction": _NOVEL,
    "russian-classics": _RUSSIAN,
    "science-fiction": _WONDER,
    "gothic": _DARK,
    "detective": _CRIME,
    "adventure": _VOYAGE,
    "travel": _VOYAGE,
    "historical": _PAST,
    "epics": _PAST,
    "humour": _WIT,
    "comedies": _WIT,
    "drama": _STAGE_PLAYS,
    "tragedies": _STAGE_PLAYS,
    "modern-drama": _STAGE_PLAYS,
    "russian-stage": _STAGE_PLAYS,
    "poetry": _VERSE,
    "russian-poetry": _VERSE,
    "english-poetry": _VERSE,
    "world-poetry": _VERSE,
    "children": _YOUNG,
    "fairy-tales": _YOUNG,
    "wonder-stories": _YOUNG,
    "growing-up": _YOUNG,
    "animal-stories": _YOUNG,
    "ideas": _THOUGHT,
    "philosophy": _THOUGHT,
    "essays": _THOUGHT,
    "history-society": _THOUGHT,
    "memoirs": _THOUGHT,
    "science": _THOUGHT,
}


def genre(slug: str) -> Genre:
    """The genre of a category; novels are what is not told apart."""
    return GENRES.get(slug, _NOVEL)
