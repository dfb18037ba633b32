"""The sandbox as a Flask app."""

from typing import cast

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from dev.yookassa_sandbox.api import api
from dev.yookassa_sandbox.clock import Clock, utc_now
from dev.yookassa_sandbox.control import control
from dev.yookassa_sandbox.errors import ApiError, as_response, not_found
from dev.yookassa_sandbox.page import page
from dev.yookassa_sandbox.sandbox import EXTENSION, Sandbox, attach
from dev.yookassa_sandbox.settings import Settings


def create_app(settings: Settings, clock: Clock = utc_now) -> Flask:
    """An app with a sandbox of its own, whose courier is not started yet.

    :class:`server.RunningSandbox` starts and stops both; with the app alone (Flask's test client)
    nothing is delivered. Close what :func:`sandbox_of` gives when done.
    """
    app = Flask(__name__, static_folder=None)
    attach(app, Sandbox(settings, clock))
    for blueprint in (api, page, control):
        app.register_blueprint(blueprint)
    app.add_url_rule("/healthz", view_func=health)
    app.register_error_handler(ApiError, as_response)
    app.register_error_handler(HTTPException, http_error)
    return app


def sandbox_of(app: Flask) -> Sandbox:
    """The sandbox that :func:`create_app` gave to ``app``."""
    return cast(Sandbox, app.extensions[EXTENSION])


def health() -> Response:
    """For whoever waits until the sandbox is up."""
    return Response("ok\n", mimetype="text/plain")


def http_error(error: HTTPException) -> AnyResponse | HTTPException:
    """Under /v3 a wrong address gets JSON; 405 and 415 have no body:
    https://yookassa.ru/developers/using-api/response-handling/response-format
    """
    if not request.path.startswith("/v3"):
        return error
    if error.code == 404:
        return as_response(not_found("Resource", None))
    return Response(status=error.code)
