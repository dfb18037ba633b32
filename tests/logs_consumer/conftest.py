"""A log service for each test: queues of its own on the broker, an empty store, its API."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from log_service.app import create_app
from log_service.config import Config
from log_service.store import LogStore

from tests.logs_consumer.api_client import ApiClient
from tests.logs_consumer.parts import Queues, queues_of, store_of

TOKEN = "the token of this service"
_numbers = itertools.count(1)


@pytest.fixture
def config(mongo_url: str, testrun_uid: str, worker_id: str) -> Config:
    """Its names are no other test's. There is no broker: who needs one asks for `queues` too."""
    name = f"logs.{testrun_uid[:12]}.{worker_id}.{next(_numbers)}"
    given = {"MONGO_URL": mongo_url, "AMQP_URL": "amqp://127.0.0.1:9", "LOGS_TOKEN": TOKEN}
    return Config.from_env(given | {"LOGS_EXCHANGE": name, "LOGS_QUEUE": name})


@pytest.fixture
def store(config: Config) -> Iterator[LogStore]:
    """Empty before the test."""
    with store_of(config) as store:
        store.records.delete_many({})
        yield store


@pytest.fixture
def on_broker(config: Config, amqp_url: str, store: LogStore) -> Config:
    return config.model_copy(update={"amqp_url": amqp_url})


@pytest.fixture
def queues(on_broker: Config) -> Iterator[Queues]:
    with queues_of(on_broker) as queues:
        yield queues


@pytest.fixture
def api(config: Config, store: LogStore) -> Iterator[ApiClient]:
    app = create_app(config)
    yield ApiClient(app, TOKEN)
    app.extensions["log_store"].records.database.client.close()
