"""The services of the shop under test, and what is not there."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import psycopg
import pytest
from flask import Flask

from shop.services.registry import Services


@pytest.fixture
def services(app: Flask) -> Iterator[Services]:
    """All services, inside the app's context."""
    with app.app_context():
        yield app.extensions["services"]


@pytest.fixture
def rival(database_url: str) -> Iterator[psycopg.Connection]:
    """Somebody else in the same database, in a transaction of their own."""
    with psycopg.connect(database_url) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port of this machine where nobody listens, and nobody can while the test runs."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]
