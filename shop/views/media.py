"""Pictures from the local store. Their name is their content's, so they are kept for ever."""

from __future__ import annotations

from flask import Blueprint, Response, redirect
from werkzeug.wrappers import Response as AnyResponse

from shop.models import SIZE_TYPES
from shop.web.access import public
from shop.web.limits import unlimited
from shop.web.services import services

pages = Blueprint("media", __name__)

YEAR_SECONDS = 365 * 24 * 3600


@pages.get("/media/<path:key>")
@public
@unlimited
def show(key: str) -> AnyResponse:
    """One size of a picture."""
    shown = services.picture_files.shown(key)
    if isinstance(shown, str):
        return redirect(shown)
    response = Response(shown, mimetype=SIZE_TYPES[key.rpartition(".")[2]])
    response.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    return response
