"""What is done to the bytes of pictures: those that are taken, and what is made of them."""

from shop.services.pictures.looking import FORMATS, MOST_BYTES, Picture, look_at
from shop.services.pictures.recipe import RECIPE, WIDTHS, folder_of, widths_for
from shop.services.pictures.renditions import Made, make
from shop.services.pictures.still import Unreadable

__all__ = [
    "FORMATS",
    "MOST_BYTES",
    "RECIPE",
    "WIDTHS",
    "Made",
    "Picture",
    "Unreadable",
    "folder_of",
    "look_at",
    "make",
    "widths_for",
]
