"""Migrate, seed and load the demo catalogue: ``python -m dev.prepare [--books N]``.

What `flask db upgrade`, `flask seed` and `python -m dev.demo` do, in one process, since loading
the shop's code takes seconds each time.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import flask_migrate
from sqlalchemy.exc import OperationalError

from dev.demo.__main__ import load
from dev.demo.options import add_books_option
from dev.problems import Problem, full_disk, is_full, told_plainly
from dev.progress import step
from dev.stopping import stop_in_order
from shop.app import create_app
from shop.config import Config, ConfigError
from shop.web.services import services


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m dev.prepare", description=__doc__)
    add_books_option(parser)
    invented = parser.parse_args().books
    stop_in_order()
    with told_plainly():
        try:
            _prepare(Config.from_env(os.environ), invented)
        except ConfigError as error:
            raise Problem(str(error)) from None
        except OperationalError as error:
            raise Problem(_explanation(error)) from None


def _prepare(config: Config, invented: int) -> None:
    with step("Migrating and seeding"), create_app(config).app_context():
        flask_migrate.upgrade()
        services.shipping.seed()
        services.content.seed()
    load(config, lambda line: print(f"Demo catalogue: {line}", flush=True), invented=invented)


def _explanation(error: OperationalError) -> str:
    said = str(error.orig).strip()
    if is_full(Path.cwd(), said):
        return full_disk("the database")
    return f"The database cannot be used: {said}"


if __name__ == "__main__":
    main()
