"""The sizes of pictures. What a name stands for never changes, so they are kept for ever."""

from __future__ import annotations

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from shop.models import SIZE_TYPES
from shop.web.access import public
from shop.web.limits import unlimited
from shop.web.services import config, services

pages = Blueprint("media", __name__)

YEAR_SECONDS = 365 * 24 * 3600
# A browser that shows a picture alone makes a page round it, with styles of its own.
POLICY = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox"


@pages.get("/media/<path:key>")
@public
@unlimited
def show(key: str) -> AnyResponse:
    """One size of a picture, or the way to where browsers get it."""
    shown = services.picture_files.shown(key)
    if isinstance(shown, str):
        return _elsewhere(shown)
    response = Response(shown, mimetype=SIZE_TYPES[key.rpartition(".")[2]])
    response.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    response.headers["Content-Security-Policy"] = POLICY
    response.add_etag()
    return response.make_conditional(request)


def _elsewhere(address: str) -> Response:
    """Whoever kept the way until its last moment has half of the link's life left to go it."""
    response = Response(status=302, mimetype="text/plain", headers={"Location": address})
    response.headers["Cache-Control"] = f"public, max-age={config.s3_link_seconds // 2}"
    return response
