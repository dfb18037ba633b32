"""A shop in several processes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from dev.yookassa_sandbox.testing import control
from shop.config import Config
from shop.web.services import services
from tests.live_shop import LiveShop, live_shop, shown_on_failure


@pytest.fixture(scope="session")
def running_shop(config: Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveShop]:
    with live_shop(config, tmp_path_factory.mktemp("races"), workers=3) as shop:
        yield shop


@pytest.fixture
def shop(running_shop: LiveShop, app: Flask) -> Iterator[LiveShop]:
    """It can ship; the context of an app with the same stores is open."""
    with app.app_context(), shown_on_failure(running_shop.log):
        services.shipping.seed()
        yield running_shop
    control(running_shop.sandbox, reset=True)
