"""What is done to the bytes of pictures: those that are taken, and what is made of them."""

from shop.services.pictures.looking import MOST_BYTES, Picture, look_at
from shop.services.pictures.recipe import folder_of, widths_for
from shop.services.pictures.renditions import Made, make
from shop.services.pictures.still import Unreadable

__all__ = [
    "MOST_BYTES",
    "Made",
    "Picture",
    "Unreadable",
    "folder_of",
    "look_at",
    "make",
    "widths_for",
]
