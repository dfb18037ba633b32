"""Flask's application, which writes down nothing that a visitor has sent, whatever fails."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from flask import Flask
from werkzeug.exceptions import BadRequest
from werkzeug.wsgi import get_host

from shop.web.request_log import address

logger = logging.getLogger(__name__)


class Application(Flask):
    def log_exception(self, exc_info: Any) -> None:
        """Of an error that even the pages of errors could not show. Flask would tell the address
        as it was typed, which may hold somebody's key."""
        logger.error("a bug at %s that no page could tell of", address(), exc_info=exc_info)


class NamedHost:
    """Refuses requests to a host whose name is none: no address could be made for it, not even on
    the page that says so."""

    def __init__(self, application: Any) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        try:
            get_host(environ).encode("idna")
        except UnicodeError:
            return BadRequest("This is no name of a host.")(environ, start_response)
        return self.application(environ, start_response)  # type: ignore[no-any-return]


def install(app: Flask) -> None:
    app.wsgi_app = NamedHost(app.wsgi_app)  # type: ignore[method-assign]
