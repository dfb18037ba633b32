"""Valkey as `make run` and the tests start it."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
import redis

from dev.services import Valkey


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / 'a "quoted" folder'


def put(url: str, name: str, value: str) -> None:
    with redis.Redis.from_url(url) as client:
        client.set(name, value)


def get(url: str, name: str) -> object:
    with redis.Redis.from_url(url) as client:
        return client.get(name)


def test_data_password_and_port_stay(folder: Path) -> None:
    with Valkey(folder) as server:
        url = server.url
        put(url, "cart", "full")
    with Valkey(folder) as server:
        assert server.url == url
        assert get(url, "cart") == b"full"


def test_a_killed_server_loses_nothing_that_it_wrote(folder: Path) -> None:
    with Valkey(folder) as server:
        put(server.url, "cart", "full")
        assert server.process
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()
        with Valkey(folder) as again:
            assert get(again.url, "cart") == b"full"


def test_tests_keep_nothing(folder: Path) -> None:
    with Valkey(folder, durable=False) as server:
        put(server.url, "cart", "full")
    with Valkey(folder, durable=False) as server:
        assert get(server.url, "cart") is None


def test_a_server_that_a_killed_run_left_is_replaced(folder: Path) -> None:
    with Valkey(folder) as left, Valkey(folder) as server:
        assert left.process
        assert left.process.poll() is not None
        assert get(server.url, "cart") is None


def test_a_password_is_asked_for(folder: Path) -> None:
    with (
        Valkey(folder, durable=False) as server,
        pytest.raises(redis.AuthenticationError),
    ):
        get(f"redis://127.0.0.1:{server.port}/0", "cart")
