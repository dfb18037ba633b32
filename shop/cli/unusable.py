"""What is left of the flask command where the configuration cannot be used: the doctor."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import AppGroup

from shop.cli.doctor import doctor_without_a_shop
from shop.config_problems import ConfigError


class OnlyTheDoctor(AppGroup):
    """Every other command fails with the sentence that says what is wrong."""

    def __init__(self, error: ConfigError) -> None:
        super().__init__()
        self.error = error
        self.add_command(doctor_without_a_shop(error))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        found = super().get_command(ctx, cmd_name)
        if found is None:
            raise _refusal(self.error)
        return found


def app_for_the_doctor(error: ConfigError) -> Flask:
    """An app that has this one command. Raises the error itself where no command is run: a web
    server has to fail; and its sentence where a command of others, such as `db`, wants an app."""
    context = click.get_current_context(silent=True)
    if context is None:
        raise error
    if context.parent is not None:
        raise _refusal(error)
    app = Flask("shop", static_folder=None, template_folder=None)
    app.cli = OnlyTheDoctor(error)
    return app


def _refusal(error: ConfigError) -> click.ClickException:
    return click.ClickException(f"{error} `flask --app wsgi doctor` says more.")
