"""Fixtures of tests that come through the shop's door; a folder's conftest names those it wants."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from shop.app import create_app
from shop.config import Config
from shop.extensions import db, limiter
from shop.web.services import CONFIG
from tests.backstage import Backstage
from tests.visitor import Visitor

ROOMY = "1000000 per minute"
OtherShop = Callable[..., Flask]


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    return Visitor(app)


@pytest.fixture
def backstage(app: Flask) -> Backstage:
    return Backstage(app)


@pytest.fixture
def unlimited(app: Flask, config: Config, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The shop, while it minds no number of guesses."""
    roomy = config.model_copy(update={"login_limit": ROOMY, "refresh_limit": ROOMY})
    monkeypatch.setitem(app.extensions, CONFIG, roomy)
    return app


@pytest.fixture
def other_shop(config: Config, app: Flask) -> Iterator[OtherShop]:
    """Makes shops on the same stores with other settings: `other_shop(trusted_proxies=1)`."""
    made: list[Flask] = []
    # One limiter serves the whole process and counts where the newest shop does.
    kept = dict(vars(limiter))

    def make(**changes: Any) -> Flask:
        settings = config.model_dump() | changes
        made.append(create_app(Config.model_validate(settings)))
        return made[-1]

    yield make
    vars(limiter).update(kept)
    for shop in made:
        with shop.app_context():
            db.engine.dispose()
