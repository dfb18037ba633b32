"""The OpenAPI document, and a page to read it and to try it."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify, render_template

from shop.api.openapi import document
from shop.web.access import public
from shop.web.services import config

api = Blueprint("api_description", __name__, url_prefix="/api/v1")


@api.get("/openapi.json")
@public
def openapi() -> Response:
    """What the API takes and answers."""
    response = jsonify(document(current_app, config.seller_name, config.public_url))
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@api.get("/docs")
@public
def docs() -> str:
    """The document as a page that sends requests."""
    return render_template("api/docs.html", shop_name=config.seller_name)
