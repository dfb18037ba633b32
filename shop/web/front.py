"""What staff chose and wrote for every page: settings, and the pages that the foot names."""

from __future__ import annotations

from flask import Flask, g

from shop.services.settings import Front
from shop.web.services import services


def front() -> Front:
    """The same from the beginning of a request to its end."""
    if "front" not in g:
        g.front = services.settings.front()
    known: Front = g.front
    return known


def install(app: Flask) -> None:
    app.jinja_env.globals["front"] = front
