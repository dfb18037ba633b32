"""Pictures from the local store. Their name is their content's, so they are kept for ever."""

from __future__ import annotations

from flask import Blueprint, Response

from shop.services.picture_file import FORMATS
from shop.web.access import public
from shop.web.limits import unlimited
from shop.web.services import services

pages = Blueprint("media", __name__)

YEAR_SECONDS = 365 * 24 * 3600
# By ending. Python's own table has no WebP before 3.13, and not every machine has another.
MEDIA_TYPES = dict(FORMATS.values())


@pages.get("/media/<path:key>")
@public
@unlimited
def show(key: str) -> Response:
    """One stored picture."""
    response = Response(services.images.file(key))
    response.mimetype = MEDIA_TYPES[key.rpartition(".")[2]]
    response.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    return response
