"""The Flask application."""

from __future__ import annotations

import logging
from http import HTTPStatus

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from log_service import telling, tokens
from log_service.api import OPEN_TO_ALL, STORE, pages
from log_service.batches import LARGEST
from log_service.config import Config
from log_service.problems import Problem
from log_service.reading import ANSWERING
from log_service.store import LogStore, connect, records_in

logger = logging.getLogger(__name__)
# gunicorn reads a body while it is asked for, and raises these of what it cannot read. Their text
# is what was sent.
SERVERS_ERRORS = "gunicorn.http.errors"
CODES = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}


def create_app(config: Config) -> Flask:
    """The API; nothing is connected to before it is first asked for."""
    app = Flask("log_service", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    client = connect(config.mongo_url, ANSWERING)
    app.extensions[STORE] = LogStore(records_in(client), config.kept)
    telling.install(app)
    tokens.install(app, config.tokens, OPEN_TO_ALL)
    app.register_blueprint(pages)
    app.register_error_handler(Problem, Problem.response)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _bug)
    app.after_request(_never_kept)
    return app


def _http_error(error: HTTPException) -> Response:
    status = HTTPStatus(error.code or 500)
    problem = Problem(status, CODES.get(status, "bad_request"), error.description or status.phrase)
    response = problem.response()
    if "Allow" in (kept := dict(error.get_headers())):
        response.headers["Allow"] = kept["Allow"]
    return response


def _bug(error: Exception) -> Response:
    if type(error).__module__ == SERVERS_ERRORS:
        text = "What was sent is cut off or is no HTTP."
        return Problem(HTTPStatus.BAD_REQUEST, "bad_request", text).response()
    logger.exception("a request failed", exc_info=error)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return Problem(status, "error", "The mistake is ours and has been noted.").response()


def _never_kept(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
