"""Services for tests: on free ports, in a temporary folder, gone afterwards."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from dev.progress import step
from dev.services.document_store import DocumentStore
from dev.services.postgres import Postgres
from dev.services.rabbitmq import RabbitMQ
from dev.services.server import Server
from dev.services.valkey import Valkey


@contextmanager
def scratch_services() -> Iterator[dict[str, str]]:
    """All that tests need; yields what they read from the environment to find them.

    RabbitMQ and the document store are still starting then, RabbitMQ for ten seconds or so:
    whoever needs them waits. A TEST_MONGO_URL that is set already is left to be used.
    """
    with ExitStack() as stack:
        folder = stack.enter_context(_folder())
        broker = RabbitMQ(folder / "rabbitmq", durable=False)
        environment = {"TEST_AMQP_URL": _launched(broker, stack)}
        if not (store_url := os.environ.get("TEST_MONGO_URL")):
            store_url = _launched(DocumentStore(folder / "documents", durable=False), stack)
        environment["TEST_MONGO_URL"] = store_url
        yield environment | stack.enter_context(scratch_stores())


@contextmanager
def scratch_stores() -> Iterator[dict[str, str]]:
    """PostgreSQL and Valkey alone, running: for measuring the shop with nothing beside it."""
    with _folder() as folder, ExitStack() as stack:
        with step("Starting PostgreSQL and Valkey for tests"):
            postgres = stack.enter_context(Postgres(folder / "postgres", durable=False))
            valkey = stack.enter_context(Valkey(folder / "valkey", durable=False))
        yield {"TEST_DATABASE_URL": postgres.url, "TEST_REDIS_URL": valkey.url}


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="colophon-") as name:
        # As root, PostgreSQL runs as another account, which has to get to its own folder.
        os.chmod(name, 0o711)
        yield Path(name)


def _launched(server: Server, stack: ExitStack) -> str:
    """The address of a server that is starting; it is stopped with the stack."""
    stack.callback(server.stop)
    server.launch()
    return server.url
