"""A shop whose cables to PostgreSQL, Redis and YooKassa can be cut."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask

from dev.yookassa_sandbox.server import RunningSandbox
from shop.app import create_app
from shop.config import Config
from shop.extensions import db, limiter
from shop.web import lookouts
from tests.faults.wire import Wire
from tests.rivals import rival
from tests.shopfront import backstage, other_shop, visitor
from tests.visitor import Visitor

__all__ = ["backstage", "other_shop", "rival", "visitor"]

YOOKASSA_SECONDS = 0.5


@dataclass(frozen=True)
class WiredShop:
    """What is done to the stores behind its back goes through `backstage`, which no cut touches."""

    app: Flask
    postgres: Wire
    redis: Wire
    yookassa: Wire
    limits: dict[str, Any]

    def visitor(self) -> Visitor:
        return Visitor(self.app)


def _through(stack: ExitStack, url: str) -> tuple[Wire, str]:
    parts = urlsplit(url)
    wire = stack.enter_context(Wire(parts.port or 0))
    return wire, url.replace(f":{parts.port}/", f":{wire.port}/")


@pytest.fixture(scope="session")
def _wired(config: Config, _app: Flask, sandbox_server: RunningSandbox) -> Iterator[WiredShop]:
    with ExitStack() as stack:
        postgres, database_url = _through(stack, config.database_url)
        redis, redis_url = _through(stack, config.redis_url)
        yookassa, api_url = _through(stack, sandbox_server.api_url)
        # One limiter serves the whole process and counts where the newest shop does.
        kept = dict(vars(limiter))
        app = create_app(
            config.model_copy(
                update={
                    "database_url": database_url,
                    "redis_url": redis_url,
                    "yookassa_api_url": api_url,
                    "yookassa_timeout": YOOKASSA_SECONDS,
                }
            )
        )
        limits = dict(vars(limiter))
        vars(limiter).update(kept)
        yield WiredShop(app, postgres, redis, yookassa, limits)
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def shop(_wired: WiredShop, app: Flask, sandbox: RunningSandbox) -> Iterator[WiredShop]:
    """All cables whole at first, and again afterwards. `app` is the same shop with other cables."""
    kept = dict(vars(limiter))
    vars(limiter).update(_wired.limits)
    lookouts.forget(_wired.app)
    yield _wired
    for wire in (_wired.postgres, _wired.redis, _wired.yookassa):
        wire.mend()
    vars(limiter).update(kept)
