"""The services of the shop under test, and what is not there."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from shop.app import create_app
from shop.bootstrap import Parts
from shop.config import Config
from shop.extensions import db, limiter
from shop.models import Publisher
from shop.services.base import EntityBaseService
from shop.services.registry import Services
from tests import factories as make
from tests.integration.publishers import service_of
from tests.mailbox import sent
from tests.rivals import rival

__all__ = ["rival", "sent"]

# What is checked outside the test modules shows its values too when it fails.
LIVES = ("accounts", "carting", "duties", "lateness", "paying", "placing", "promises", "world")
pytest.register_assert_rewrite(*(f"tests.integration.lives.{module}" for module in LIVES))


@pytest.fixture
def services(app: Flask) -> Iterator[Services]:
    """All services, inside the app's context."""
    with app.app_context():
        yield app.extensions["services"]


@pytest.fixture
def service(services: Services) -> EntityBaseService[Publisher]:
    """The plainest service there is."""
    return service_of(db.session)


@pytest.fixture
def press(services: Services) -> Publisher:
    return make.save(make.publisher())


@pytest.fixture(scope="session")
def another_shop(config: Config) -> Iterator[Callable[..., Flask]]:
    """Makes a shop like the one under test with other parts, or some settings changed."""
    made = []

    def make_shop(parts: Parts | None = None, **settings: object) -> Flask:
        # One limiter serves the whole process and counts where the newest shop does.
        kept = dict(vars(limiter))
        made.append(create_app(config.model_copy(update=settings), parts))
        vars(limiter).update(kept)
        return made[-1]

    yield make_shop
    for app in made:
        with app.app_context():
            db.engine.dispose()


@pytest.fixture(scope="session")
def closed_port() -> Iterator[int]:
    """A port of this machine where nobody listens, and nobody can while the tests run."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]
