"""For whoever watches over the shop."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from shop.errors import Unavailable
from shop.web import draining
from shop.web.access import public
from shop.web.limits import unlimited
from shop.web.services import services

pages = Blueprint("health", __name__)


@pages.get("/healthz")
@public
@unlimited
def live() -> Response:
    """200 while the process answers."""
    return jsonify({"status": "ok"})


@pages.get("/readyz")
@public
@unlimited
def ready() -> Response:
    """200 once PostgreSQL answers, is migrated and seeded; else 503 and what is missing.

    503 also once the process is to stop, so that a proxy sends it nobody any more.
    """
    try:
        state = {"postgresql": True, **services.health.state()}
    except Unavailable:
        state = {"postgresql": False}
    if draining.is_leaving():
        state["staying"] = False
    response = jsonify({"ready": all(state.values()), "parts": state})
    response.status_code = 200 if all(state.values()) else 503
    response.headers["Cache-Control"] = "no-store"
    return response
