"""What a WSGI server and the flask command load."""

from flask import Flask

from shop.app import create_app
from shop.cli import register
from shop.cli.unusable import app_for_the_doctor
from shop.config import ConfigError


def _app() -> Flask:
    try:
        made = create_app()
    except ConfigError as error:
        return app_for_the_doctor(error)
    register(made)
    return made


app = _app()
