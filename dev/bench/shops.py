"""Shops of a given size: a database with the demo catalogue and invented books."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import flask_migrate
import psycopg
from flask import Flask
from psycopg import sql
from sqlalchemy import text

from dev.demo import books
from dev.demo.invented.filling import fill
from dev.demo.reading import read
from shop.app import create_app
from shop.config import Config, Environment
from shop.extensions import db
from shop.web.services import services

# Seconds; gathering statistics of a million books takes longer than a shopper waits.
FILLING_TIMEOUT = 900


# Whoever measures comes from one address, oftener than any person.
NO_LIMIT = "100000 per second"


def configuration(database_url: str, redis_url: str, folder: Path) -> Config:
    """What a shop needs; nothing in a measurement is paid, sent or stored as a file."""
    return Config(
        environment=Environment.TEST,
        database_url=database_url,
        redis_url=redis_url,
        secret_key=secrets.token_hex(16),
        log_level="WARNING",
        reading_limit=NO_LIMIT,
        searching_limit=NO_LIMIT,
        api_reading_limit=NO_LIMIT,
        # Nobody stands before what is measured and has to notice that it stops.
        drain_seconds=0,
        public_url="http://127.0.0.1",
        media_root=folder / "media",
        mail_url=f"file:{folder / 'mail'}",
        yookassa_shop_id="1",
        yookassa_secret_key=secrets.token_hex(16),
    )


def new_database(server: str, name: str) -> str:
    """An empty database; its address."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return urlsplit(server)._replace(path=f"/{name}").geturl()


def filled(config: Config, number: int, say: Callable[[str], None]) -> Flask:
    """A shop with so many books; with fewer than the demo catalogue has, with that."""
    app = create_app(config)
    catalogue = read()
    with app.app_context():
        flask_migrate.upgrade()
        books.load(services, catalogue)
        fill(services, catalogue, max(number - len(catalogue.works), 0), say)
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"SET statement_timeout = '{FILLING_TIMEOUT}s'"))
            connection.execute(text("VACUUM ANALYZE"))
            connection.execute(text("RESET statement_timeout"))
        db.session.remove()
    return app
