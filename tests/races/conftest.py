"""A shop in several processes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from shop.config import Config
from shop.web.services import services
from tests.live_shop import LiveShop, live_shop, shown_on_failure

PROCESSES, THREADS = 3, 4


@pytest.fixture(scope="session")
def _logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("races")


@pytest.fixture(scope="session")
def _shop(config: Config, _logs: Path) -> Iterator[LiveShop]:
    with live_shop(config, _logs, workers=PROCESSES, threads=THREADS) as shop:
        yield shop


@pytest.fixture
def shop(_shop: LiveShop, app: Flask, _logs: Path) -> Iterator[LiveShop]:
    """It can ship; the context of an app with the same stores is open."""
    with app.app_context(), shown_on_failure(_logs / "web.log"):
        services.shipping.seed()
        yield _shop
