"""What a WSGI server and the flask command load."""

import os

from flask import Flask

from shop.app import create_app
from shop.cli import register
from shop.cli.unusable import app_for_the_doctor
from shop.config import ConfigError

# Flask's own mark for commands; a server has none.
COMMAND = os.environ.get("FLASK_RUN_FROM_CLI") == "true"


def _app() -> Flask:
    try:
        made = create_app(service="command" if COMMAND else "web")
    except ConfigError as error:
        return app_for_the_doctor(error)
    register(made)
    return made


app = _app()
