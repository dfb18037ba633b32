"""Who has looked at what: a signed cookie that names nobody, so it needs no consent.

Only a fragment that a browser's script asks for sets it: no page does, so all pages can be kept
by caches, and nobody who merely reads the HTML, as crawlers do, is counted as a visitor.
"""

from __future__ import annotations

import re

from flask import Flask, Response, g, request
from itsdangerous import BadSignature, URLSafeSerializer

from shop.repositories.viewed import LIFE
from shop.web.services import config, services

COOKIE = "viewed"
# They run scripts as well, and remember nothing between two visits.
ROBOTS = re.compile(r"bot\b|crawl|spider|slurp|lighthouse|archiver", re.IGNORECASE)


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(config.signing_keys, salt="viewed")


def viewer_id() -> str | None:
    """The id of this browser; None without a cookie, or where somebody has changed it."""
    try:
        found = _serializer().loads(request.cookies.get(COOKIE, ""))
    except BadSignature:
        return None
    return found if isinstance(found, str) else None


def viewer_id_or_new() -> str:
    """The id of this browser, made where there was none; its cookie is renewed."""
    g.viewer_id = viewer_id() or services.recently_viewed.new_id()
    return str(g.viewer_id)


def is_robot() -> bool:
    """Whether it says so itself, or has nothing to say of what it is."""
    agent = request.headers.get("User-Agent", "")
    return not agent or ROBOTS.search(agent) is not None


def forget() -> None:
    """Of whoever uses this browser next, nobody knows what was looked at before."""
    if (known := viewer_id()) is not None:
        services.recently_viewed.forget(known)
        g.drop_viewer = True


def install(app: Flask) -> None:
    @app.after_request
    def keep_viewer(response: Response) -> Response:
        if getattr(g, "drop_viewer", False):
            response.delete_cookie(COOKIE)
        elif hasattr(g, "viewer_id"):
            response.set_cookie(
                COOKIE,
                str(_serializer().dumps(g.viewer_id)),
                max_age=LIFE,
                httponly=True,
                secure=config.production,
                samesite="Lax",
            )
        return response
