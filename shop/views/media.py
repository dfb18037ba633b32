"""Pictures from the local store. Their name is their content's, so they are kept for ever."""

from __future__ import annotations

import mimetypes

from flask import Blueprint, Response

from shop.web.access import public
from shop.web.services import services

pages = Blueprint("media", __name__)

YEAR_SECONDS = 365 * 24 * 3600


@pages.get("/media/<path:key>")
@public
def show(key: str) -> Response:
    """One stored picture."""
    response = Response(services.images.file(key))
    response.mimetype = mimetypes.guess_type(key)[0] or "application/octet-stream"
    response.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    return response
