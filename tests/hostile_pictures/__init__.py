"""Pictures that mean harm or know no better, all made by code, and what is to become of each."""

from tests.hostile_pictures import bombs, broken, oddities, polyglots, strangers
from tests.hostile_pictures.hostile import Hostile

__all__ = ["EVERY", "Hostile"]

EVERY: tuple[Hostile, ...] = (
    *strangers.EVERY,
    *broken.EVERY,
    *bombs.EVERY,
    *polyglots.EVERY,
    *oddities.EVERY,
)
