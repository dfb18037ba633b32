"""Numbers for Prometheus."""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, request
from prometheus_client import CONTENT_TYPE_LATEST

from shop.errors import NotFound
from shop.web.access import public
from shop.web.exposition import exposition
from shop.web.limits import unlimited
from shop.web.lookouts import look
from shop.web.services import config

pages = Blueprint("metrics", __name__)


@pages.get("/metrics")
@public
@unlimited
def show() -> Response:
    """For whoever has METRICS_TOKEN; where there is none, for everybody but in production."""
    if config.metrics_token is None and config.production:
        raise NotFound()
    if config.metrics_token is not None and not _carries(config.metrics_token):
        return Response("A token is needed.\n", 401, {"WWW-Authenticate": "Bearer"})
    response = Response(exposition(look(), config.release))
    response.headers["Content-Type"] = CONTENT_TYPE_LATEST
    response.headers["Cache-Control"] = "no-store"
    return response


def _carries(token: str) -> bool:
    given = request.authorization
    sent = given.token or "" if given is not None and given.type == "bearer" else ""
    return hmac.compare_digest(sent.encode(), token.encode())
