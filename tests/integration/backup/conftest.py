"""A shop in a database of its own, which belongs to somebody who is no superuser."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import flask_migrate
import psycopg
import pytest
import redis
from flask import Flask
from psycopg import sql

from shop.app import create_app
from shop.config import Config
from shop.extensions import db, limiter
from shop.models import RoleCode
from shop.services.registry import Services
from tests import factories as make
from tests.pictures import deliver_all, picture

PASSWORD = "known to tests"


def quiet(_what: str, _count: int) -> None:
    """Tells nobody."""


@dataclass(frozen=True)
class House:
    """A shop, and how its database and its pictures are destroyed."""

    app: Flask
    media: Path
    server: str

    @property
    def services(self) -> Services:
        services: Services = self.app.extensions["services"]
        return services

    def backup(self, *, pictures: bool = True) -> io.BytesIO:
        out = io.BytesIO()
        self.services.backups.make(out, pictures=pictures, tell=quiet)
        db.session.remove()
        return out

    def restore(self, file: io.BytesIO, *, replace: bool = False):
        done = self.services.restoring.restore(file, replace=replace, upgrade=True, tell=quiet)
        db.session.remove()
        return done

    def checksums(self) -> dict[str, str]:
        records = self.services.backups.checksums(quiet)
        db.session.remove()
        return {record.name: record.checksum for record in records}

    def wipe(self) -> None:
        """Nothing is left."""
        db.session.remove()
        db.engine.dispose()
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
            connection.execute("GRANT ALL ON SCHEMA public TO keeper")
        shutil.rmtree(self.media, ignore_errors=True)


NewHouse = Callable[[str], House]


@pytest.fixture(scope="module")
def new_house(config: Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewHouse]:
    """Makes a shop with an empty database that was never migrated."""
    own = config.database_url
    kept = dict(vars(limiter))
    made: list[tuple[Flask, sql.Identifier]] = []
    with psycopg.connect(own, autocommit=True) as connection:
        _keeper(connection)

        def make_house(name: str) -> House:
            full = f"{connection.info.dbname}_{name}"
            database = sql.Identifier(full)
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER keeper").format(database))
            parts = urlsplit(own)
            host = f"{parts.hostname}:{parts.port}"
            address = parts._replace(netloc=f"keeper:{PASSWORD.replace(' ', '%20')}@{host}")
            media = tmp_path_factory.mktemp(name) / "media"
            ours = {
                "database_url": address._replace(path=f"/{full}").geturl(),
                "media_root": media,
                "mail_url": f"file:{media.with_name('mail')}",
            }
            app = create_app(config.model_copy(update=ours))
            made.append((app, database))
            return House(app, media, parts._replace(path=f"/{full}").geturl())

        yield make_house
        vars(limiter).update(kept)
        for app, database in made:
            with app.app_context():
                db.engine.dispose()
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(database))
        with redis.Redis.from_url(config.redis_url) as client:
            client.flushdb()


def _keeper(connection: psycopg.Connection) -> None:
    """Another worker of this run may have made the role."""
    with suppress(psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
        connection.execute(f"CREATE ROLE keeper LOGIN PASSWORD '{PASSWORD}'")


@pytest.fixture(scope="module")
def _house(new_house: NewHouse, sandbox_server: object) -> House:
    house = new_house("house")
    with house.app.app_context():
        flask_migrate.upgrade()
        _live(house.services)
        db.session.remove()
    return house


@pytest.fixture(scope="module")
def kept(_house: House) -> bytes:
    """A backup of it."""
    with _house.app.app_context():
        return _house.backup().getvalue()


@pytest.fixture
def house(_house: House) -> Iterator[House]:
    """The shop, inside its context."""
    with _house.app.app_context():
        yield _house
        db.session.remove()


def _live(services: Services) -> None:
    """Some of everything that a shop has after a while."""
    boss = make.save(make.staff())
    parent = make.save(make.category("fiction"))
    make.save(make.category("novels", parent))
    book = make.save(make.book(50, title="Rain\tand\\N “снег”"))
    services.images.attach_cover(book.id, picture(), "A window")
    deliver_all(services)
    customer = make.user(services, RoleCode.CUSTOMER, "anna@example.org")
    paid = make.paid(services, book, user_id=customer.id)
    services.orders.start_packing(paid.number, boss)
    make.order(services, book)
    cancelled = make.paid(services, book, quantity=2)
    services.orders.cancel(cancelled.number, boss, "changed their mind")
    seen = services.catalogue.get(book.id).version
    services.catalogue.reprice(book.id, seen, Decimal("777.70"), 10, boss)
    services.outbox.deliver_due()
