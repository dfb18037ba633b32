"""The JSON API under /api/v1. It calls the services that the pages call."""

from __future__ import annotations

from flask import Flask

from shop.api import books, yookassa

BLUEPRINTS = (books.api, yookassa.api)


def register(app: Flask) -> None:
    """Put the API's blueprints on the app."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
