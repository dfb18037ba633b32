"""The JSON API under /api/v1. It calls the services that the pages call."""

from __future__ import annotations

from flask import Flask, Response
from flask_compress import Compress

from shop.api import (
    auth,
    books,
    cart,
    checkout,
    description,
    images,
    names,
    order_changes,
    orders,
    users,
    yookassa,
)
from shop.extensions import csrf
from shop.web.errors import PROBLEM, is_api

BLUEPRINTS = (
    auth.api,
    books.api,
    cart.api,
    checkout.api,
    description.api,
    images.api,
    *names.BLUEPRINTS,
    order_changes.api,
    orders.api,
    users.api,
    yookassa.api,
)
# Nothing else: a compressed page that repeats what its reader sent tells the length of its secrets
# (https://breachattack.com), and an answer of the API repeats nothing.
COMPRESSED = ["application/json", PROBLEM]


def register(app: Flask) -> None:
    """Put the API's blueprints on the app."""
    for blueprint in BLUEPRINTS:
        # Programs have no page whose token they could send. What a page of another site sends is
        # refused by its origin: see shop/web/security.py.
        csrf.exempt(blueprint)
        app.register_blueprint(blueprint)
    _compress(app)


def _compress(app: Flask) -> None:
    app.config.update(COMPRESS_REGISTER=False, COMPRESS_MIMETYPES=COMPRESSED)
    compress = Compress(app)

    @app.after_request
    def squeeze(response: Response) -> Response:
        return compress.after_request(response) if is_api() else response
