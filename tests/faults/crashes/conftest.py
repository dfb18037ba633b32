"""Shops whose parts get killed, one of each kind for a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from redis import Redis
from rq import Queue

from dev.yookassa_sandbox.testing import control
from shop.config import Config
from shop.gateways.queue import QUEUE
from shop.web.services import services
from tests.backstage import Backstage
from tests.faults.crashes import shops
from tests.faults.crashes.clock import Clock
from tests.faults.crashes.shops import MortalShop, OwnShop
from tests.live_shop import shown_on_failure
from tests.shopfront import OtherShop


@pytest.fixture(scope="module")
def _mortal_shop(config: Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MortalShop]:
    with shops.mortal_shop(config, tmp_path_factory.mktemp("mortal")) as shop:
        yield shop


@pytest.fixture
def mortal_shop(_mortal_shop: MortalShop, app: Flask) -> Iterator[MortalShop]:
    """It can ship; nobody is doomed yet; the context of an app with the same stores is open."""
    with app.app_context(), shown_on_failure(_mortal_shop.web.log, _mortal_shop.worker.log):
        services.shipping.seed()
        _mortal_shop.mails.received.clear()
        yield _mortal_shop
    _mortal_shop.forget_deaths()
    control(_mortal_shop.web.sandbox, reset=True)


@pytest.fixture
def clock(mortal_shop: MortalShop, redis_url: str) -> Iterator[Clock]:
    with Redis.from_url(redis_url) as connection:
        yield Clock(Queue(QUEUE, connection=connection), mortal_shop.worker)


@pytest.fixture(scope="module")
def _own_shop(config: Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnShop]:
    with shops.own_shop(config, tmp_path_factory.mktemp("own")) as shop:
        yield shop


@pytest.fixture
def own_shop(_own_shop: OwnShop) -> Iterator[OwnShop]:
    with shown_on_failure(_own_shop.web.log, _own_shop.worker.log):
        yield _own_shop


@pytest.fixture
def own_clock(own_shop: OwnShop) -> Iterator[Clock]:
    with Redis.from_url(own_shop.valkey.url) as connection:
        yield Clock(Queue(QUEUE, connection=connection), own_shop.worker)


@pytest.fixture
def own_backstage(own_shop: OwnShop, other_shop: OtherShop) -> Backstage:
    """Another shop on the same stores; it can ship."""
    config = own_shop.web.config
    behind = Backstage(other_shop(database_url=config.database_url, redis_url=config.redis_url))
    behind.shipping()
    return behind
