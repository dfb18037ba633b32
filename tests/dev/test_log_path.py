"""What `make run` starts for log records. Addresses are known before: nothing starts here."""

from __future__ import annotations

from pathlib import Path

import pytest

from dev import log_path
from dev.log_path import laid_log_path
from dev.shop_environment import Layout
from dev.system_parts import SystemPart


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AMQP_URL", "MONGO_URL"):
        monkeypatch.delenv(name, raising=False)


def without_rabbitmq(monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = SystemPart("RabbitMQ", "rabbitmq-server", "/no/such/program")
    monkeypatch.setattr(log_path, "RABBITMQ", nowhere)


def test_shop_and_log_service_are_told_the_same_addresses(tmp_path: Path) -> None:
    with laid_log_path(Layout(tmp_path)) as path:
        broker, store = path.servers
        assert path.urls["AMQP_URL"] == broker.url
        for program in path.programs:
            assert program.environment
            assert program.environment["AMQP_URL"] == broker.url
            assert program.environment["MONGO_URL"] == store.url
            assert program.environment["LOGS_TOKEN"] == path.urls["LOGS_API_TOKEN"]
        assert path.urls["LOGS_API_URL"].removeprefix("http://") in path.programs[1].command
        urls = path.urls
    with laid_log_path(Layout(tmp_path)) as path:
        assert path.urls == urls


def test_servers_that_are_named_stand_for_our_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_rabbitmq(monkeypatch)
    monkeypatch.setenv("AMQP_URL", "amqp://far/logs")
    monkeypatch.setenv("MONGO_URL", "mongodb://far/logs")
    with laid_log_path(Layout(tmp_path)) as path:
        assert path.servers == []
        assert path.urls["AMQP_URL"] == "amqp://far/logs"
        assert path.programs[0].environment
        assert path.programs[0].environment["MONGO_URL"] == "mongodb://far/logs"


def test_without_rabbitmq_records_wait_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_rabbitmq(monkeypatch)
    with laid_log_path(Layout(tmp_path)) as path:
        assert (path.servers, path.programs, path.urls) == ([], [], {})
        assert "they wait in their spool: RabbitMQ is not installed" in path.told
