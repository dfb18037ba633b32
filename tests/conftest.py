"""The stores that tests run against, a shop on them, and the payment sandbox.

Each worker of a run has a database and a Redis database of its own, empty again after each test
that asked for them.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import flask_migrate
import psycopg
import pytest
import redis
from flask import Flask
from hypothesis import settings
from psycopg import sql
from pymongo import MongoClient

from dev.services.rabbitmq import PORT as AMQP_PORT
from dev.services.rabbitmq import greets
from dev.yookassa_sandbox.server import RunningSandbox
from dev.yookassa_sandbox.settings import Settings
from dev.yookassa_sandbox.testing import control, wait_until
from shop.app import create_app
from shop.config import Config
from shop.extensions import db, limiter
from shop.models import FROM_THE_START
from shop.services.accounts import passwords
from shop.web import lookouts
from tests.scheduling import SharedFolders, long_first

ROOT = Path(__file__).resolve().parent.parent
NO_SERVICES = (
    "{} is not set: run `make test`, or `make services` in another terminal and its `export` "
    "lines in this one."
)
# The broker is started when the tests are, on a busy machine.
STARTING_SECONDS = 240
LIMITS = "limits of this shop"
# All tests come from one address. Those of limits set their own; guessing stays limited.
ROOMY = "1000000 per minute"
ROOMY_LIMITS = ("reading", "searching", "changing", "upload", "api_reading", "api_writing")
# The same examples in every run and no time limits, so that a change fails for what it changed;
# `--hypothesis-profile=long` looks for new ones, and keeps what it found for the next run.
settings.register_profile("steady", deadline=None, derandomize=True, database=None)
settings.register_profile("long", deadline=None, max_examples=2000)
settings.load_profile("steady")
# Thousands of passwords are hashed here, and a real hash takes a sixth of a second of a core.
# The processes that tests start have the real cost.
passwords.COST = replace(passwords.COST, time_cost=1, memory_cost=8, parallelism=1)
TEMPLATE_LOCK = 2_009_031_101  # any number that every worker of a run agrees on
ROLES = ", ".join(
    f"('{code}', '{{{','.join(sorted(allowed))}}}')" for code, allowed in FROM_THE_START.items()
)
# Quicker than TRUNCATE, which makes new files for each table. Triggers and foreign keys rest.
EMPTY = f"""
SET LOCAL lock_timeout = '5s';
SET LOCAL session_replication_role = replica;
DO $$
DECLARE name text;
BEGIN
    FOR name IN SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
                WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    LOOP
        EXECUTE 'DELETE FROM ' || name;
    END LOOP;
    -- No trigger has told those who keep counts.
    INSERT INTO book_changes (kind) VALUES ('everything');
    -- A shop is never without its roles: the migrations bring them.
    INSERT INTO roles (code, permissions) VALUES {ROLES};
END $$
"""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> SharedFolders | None:
    """`--dist loadgroup` keeps tests together that share a browser or the shop's processes."""
    return SharedFolders(config, log) if config.getoption("dist") == "loadgroup" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: long_first(item.nodeid))


def _service(name: str) -> str:
    if not (url := os.environ.get(name)):
        pytest.fail(NO_SERVICES.format(name), pytrace=False)
    return url


@pytest.fixture(scope="session")
def database_url(
    worker_id: str, testrun_uid: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A database with the shop's tables, this worker's own."""
    server = _service("TEST_DATABASE_URL")
    name = sql.Identifier(f"test_{testrun_uid[:12]}_{worker_id}")
    with psycopg.connect(server, autocommit=True) as connection:
        # Nobody may be connected to a template that is copied, so the copying is one at a time.
        connection.execute("SELECT pg_advisory_lock(%s)", [TEMPLATE_LOCK])
        template = _template(connection, server, tmp_path_factory.mktemp("template"))
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, template))
        connection.execute("SELECT pg_advisory_unlock(%s)", [TEMPLATE_LOCK])
    yield _database(server, name.as_string().strip('"'))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def _template(connection: psycopg.Connection, server: str, scratch: Path) -> sql.Identifier:
    """A migrated, empty database, made when there is none for these migrations yet."""
    digest = hashlib.sha256()
    for path in sorted((ROOT / "migrations").rglob("*.py")):
        digest.update(path.read_bytes())
    name = f"template_{digest.hexdigest()[:16]}"
    known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    if known.fetchone() is None:
        part = sql.Identifier(f"{name}_part")
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(part))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(part))
        migrate(_database(server, f"{name}_part"), scratch)
        connection.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(part, sql.Identifier(name))
        )
    return sql.Identifier(name)


def migrate(database_url: str, scratch: Path) -> None:
    settings = _settings(scratch) | {"database_url": database_url, "redis_url": "redis://127.0.0.1"}
    app = create_app(Config.model_validate(settings))
    with app.app_context():
        flask_migrate.upgrade()
        db.engine.dispose()


def _database(server: str, name: str) -> str:
    return urlsplit(server)._replace(path=f"/{name}").geturl()


@pytest.fixture(scope="session")
def redis_url(worker_id: str) -> str:
    """The address of a Redis database, this worker's own: 0 without workers, then 1, 2 ..."""
    server = _service("TEST_REDIS_URL")
    number = 0 if worker_id == "master" else int(worker_id.removeprefix("gw")) + 1
    url = _database(server, str(number))
    with redis.Redis.from_url(url) as client:
        client.flushdb()
    return url


@pytest.fixture(scope="session")
def amqp_url() -> str:
    """The broker's address, once it answers. All tests share it: take names of your own there."""
    url = _service("TEST_AMQP_URL")
    at = urlsplit(url)
    assert at.hostname
    wait_until(lambda: greets(at.hostname, at.port or AMQP_PORT), deadline=STARTING_SECONDS)
    return url


@pytest.fixture(scope="session")
def mongo_url(worker_id: str, testrun_uid: str) -> Iterator[str]:
    """The address of a database in the document store, this worker's own."""
    server = urlsplit(_service("TEST_MONGO_URL"))
    name = f"test_{testrun_uid[:12]}_{worker_id}"
    url = server._replace(path=f"/{name}").geturl()
    with MongoClient[dict[str, object]](
        url, serverSelectionTimeoutMS=STARTING_SECONDS * 1000
    ) as client:
        client.drop_database(name)
        yield url
        client.drop_database(name)


@pytest.fixture(scope="session")
def sandbox_server() -> Iterator[RunningSandbox]:
    settings = Settings(shop_id="506751", secret_key="test_secret-of-the-shop")
    with RunningSandbox(settings) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(sandbox_server: RunningSandbox) -> Iterator[RunningSandbox]:
    """YooKassa as the shop under test knows it; what a test set there is taken back after it."""
    yield sandbox_server
    control(sandbox_server, reset=True)


@pytest.fixture(scope="session")
def config(
    database_url: str,
    redis_url: str,
    sandbox_server: RunningSandbox,
    tmp_path_factory: pytest.TempPathFactory,
) -> Config:
    """The settings of the shop under test; `config.model_copy(update=...)` makes another's."""
    return Config.model_validate(
        _settings(tmp_path_factory.mktemp("shop"))
        | {
            "database_url": database_url,
            "redis_url": redis_url,
            "yookassa_shop_id": sandbox_server.settings.shop_id,
            "yookassa_secret_key": sandbox_server.settings.secret_key,
            "yookassa_api_url": sandbox_server.api_url,
        }
    )


def _settings(folder: Path) -> dict[str, object]:
    return {
        "environment": "test",
        "secret_key": "a key that only tests sign with",
        "public_url": "http://localhost",
        "log_level": "WARNING",
        "media_root": folder / "media",
        "mail_url": f"file:{folder / 'mail'}",
        "yookassa_shop_id": "506751",
        "yookassa_secret_key": "test_secret-of-the-shop",
        "yookassa_webhook_senders": "127.0.0.1",
        "staff_2fa": False,
        **{f"{name}_limit": ROOMY for name in ROOMY_LIMITS},
    }


@pytest.fixture(scope="session")
def _app(config: Config) -> Iterator[Flask]:
    app = create_app(config)
    app.extensions[LIMITS] = dict(vars(limiter))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def _keepers(database_url: str, redis_url: str) -> Iterator[tuple[psycopg.Connection, redis.Redis]]:
    with psycopg.connect(database_url) as connection, redis.Redis.from_url(redis_url) as client:
        yield connection, client


@pytest.fixture
def stores(
    _keepers: tuple[psycopg.Connection, redis.Redis], config: Config
) -> Iterator[tuple[psycopg.Connection, redis.Redis]]:
    """PostgreSQL and Redis, empty before the test and after it; so is the folder of mails."""
    yield _keepers
    _empty(_keepers, config)


@pytest.fixture(scope="module")
def stores_of_module(
    _keepers: tuple[psycopg.Connection, redis.Redis], config: Config
) -> Iterator[tuple[psycopg.Connection, redis.Redis]]:
    """The same, empty before a module and after it: its tests share what is slow to put there.

    None of them may ask for `stores` or for an `app`, and each leaves them as it found them.
    """
    yield _keepers
    _empty(_keepers, config)


def _empty(keepers: tuple[psycopg.Connection, redis.Redis], config: Config) -> None:
    connection, client = keepers
    connection.rollback()
    connection.execute(EMPTY)
    connection.commit()
    client.flushdb()
    for letter in Path(unquote(urlsplit(config.mail_url).path)).glob("*.eml"):
        letter.unlink()


@pytest.fixture
def app(_app: Flask, stores: tuple[psycopg.Connection, redis.Redis]) -> Flask:
    """The shop, made once for all tests of a worker: do not change it, make another instead."""
    # One limiter serves the whole process and counts where the newest shop does.
    vars(limiter).update(_app.extensions[LIMITS])
    # What the test before it chose is not there any more.
    with _app.app_context():
        _app.extensions["services"].settings.forget()
    lookouts.forget(_app)
    return _app
