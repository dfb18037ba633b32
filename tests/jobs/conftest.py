"""A worker in a process of its own, the orders that give it work, and the mail that it sends."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from redis import Redis

from dev.yookassa_sandbox.server import RunningSandbox
from shop.config import Config
from shop.gateways.queue import Task, TaskQueue
from shop.models import Order
from shop.web.services import services
from tests import factories
from tests.jobs.mail_server import MailServer
from tests.jobs.workforce import Workforce
from tests.live_shop import shown_on_failure


@pytest.fixture(scope="session")
def _mails() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.stop()


@pytest.fixture
def mails(_mails: MailServer) -> MailServer:
    """Running, and as if nobody had sent it anything yet."""
    _mails.start()
    _mails.received.clear()
    _mails.waiting.clear()
    _mails.holding.clear()
    return _mails


@pytest.fixture(scope="module")
def _workforce(
    config: Config, _mails: MailServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Workforce]:
    log = tmp_path_factory.mktemp("jobs") / "worker.log"
    # Not for longer than its module: other tests deliver what is in the outbox themselves.
    ours = config.model_copy(update={"mail_url": _mails.url, "log_level": "INFO"})
    workforce = Workforce(ours, log)
    yield workforce
    workforce.stop()


@pytest.fixture
def workforce(_workforce: Workforce, app: Flask, mails: MailServer) -> Iterator[Workforce]:
    """A worker is running, which sends over SMTP; the context of an app is open."""
    with app.app_context(), shown_on_failure(_workforce.log):
        services.shipping.seed()
        _workforce.start()
        yield _workforce


@pytest.fixture
def enqueue(redis_url: str) -> Iterator[Callable[[Task], None]]:
    with Redis.from_url(redis_url) as connection:
        yield TaskQueue(connection).nudge


@pytest.fixture
def place(workforce: Workforce, sandbox: RunningSandbox) -> Callable[..., Order]:
    """Places an order for one copy of a new book."""

    def make(locale: str = "en") -> Order:
        book = factories.save(factories.book(title="Persuasion", stock=3))
        cart = services.cart.new_id()
        services.cart.add(cart, book.id, 1)
        return services.checkout.place(cart, factories.details(), user_id=None, locale=locale)

    return make
