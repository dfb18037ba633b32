"""A healthy shop, whose environment tests spoil."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
import redis
from rq import Worker
from rq.cron import CronScheduler

from dev.services.valkey import Valkey
from dev.yookassa_sandbox.server import RunningSandbox
from shop.app import create_app
from shop.config import Config
from shop.extensions import db, limiter
from shop.gateways.queue import QUEUES
from tests import factories as make
from tests.commands import Commands
from tests.jobs.mail_server import MailServer

KEY = "Jh2vQ-8sZkT5wXq1LrN7bYc3Ud9Ef0Gm"


@dataclass(frozen=True)
class OwnRedis:
    url: str
    client: redis.Redis


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commands]:
    with Commands(tmp_path_factory.mktemp("commands")) as running:
        yield running


@pytest.fixture(scope="module")
def mails() -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def own_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnRedis]:
    """One that keeps what it is given."""
    with (
        Valkey(tmp_path_factory.mktemp("valkey"), durable=True) as server,
        redis.Redis.from_url(server.url) as client,
    ):
        yield OwnRedis(server.url, client)


@pytest.fixture(scope="module")
def _admin(config: Config, stores_of_module: tuple[psycopg.Connection, redis.Redis]) -> None:
    """Somebody who can run the shop, with a second factor."""
    kept = dict(vars(limiter))
    app = create_app(config)
    vars(limiter).update(kept)
    with app.app_context():
        make.save(make.staff(totp_secret="JBSWY3DPEHPK3PXP"))
        app.extensions["services"].shipping.seed()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def healthy(own_redis: OwnRedis, _environment: dict[str, str]) -> dict[str, str]:
    """The environment of a shop that lacks nothing; a worker and a clock have just shown
    themselves."""
    Worker(QUEUES, connection=own_redis.client).register_birth()
    CronScheduler(connection=own_redis.client).register_birth()
    return _environment


@pytest.fixture(scope="module")
def _environment(
    config: Config,
    sandbox_server: RunningSandbox,
    own_redis: OwnRedis,
    mails: MailServer,
    tmp_path_factory: pytest.TempPathFactory,
    _admin: None,
) -> dict[str, str]:
    folder: Path = tmp_path_factory.mktemp("media")
    return {
        "PATH": os.environ["PATH"],
        "ENVIRONMENT": "test",
        "DATABASE_URL": config.database_url,
        "REDIS_URL": own_redis.url,
        "SECRET_KEY": KEY,
        "PUBLIC_URL": "https://books.ru",
        "MEDIA_ROOT": str(folder),
        "MAIL_URL": mails.url,
        "MAIL_FROM": "Books <orders@books.ru>",
        "YOOKASSA_SHOP_ID": sandbox_server.settings.shop_id,
        "YOOKASSA_SECRET_KEY": sandbox_server.settings.secret_key,
        "YOOKASSA_API_URL": sandbox_server.api_url,
    }
