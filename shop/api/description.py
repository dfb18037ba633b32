"""The OpenAPI document, and a page to read it and to try it.

The document is the same as long as the process lives, and takes longer to make than any answer: it
is made when it is first asked for.
"""

from __future__ import annotations

import json

from flask import Blueprint, Response, current_app, render_template

from shop.api.openapi import document
from shop.web.access import public
from shop.web.services import config

api = Blueprint("api_description", __name__, url_prefix="/api/v1")

DOCUMENT = "openapi_document"


@api.get("/openapi.json")
@public
def openapi() -> Response:
    """What the API takes and answers."""
    response = Response(_document(), mimetype="application/json")
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@api.get("/docs")
@public
def docs() -> str:
    """The document as a page that sends requests."""
    return render_template("api/docs.html", shop_name=config.seller_name)


def _document() -> bytes:
    kept: bytes | None = current_app.extensions.get(DOCUMENT)
    if kept is None:
        made = document(current_app, config.seller_name, config.public_url)
        kept = current_app.extensions[DOCUMENT] = json.dumps(made, separators=(",", ":")).encode()
    return kept
