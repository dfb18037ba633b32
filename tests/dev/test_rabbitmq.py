"""RabbitMQ as `make run` and the tests start it. A start takes ten seconds: there are two."""

from __future__ import annotations

import signal
from pathlib import Path

import pika
import pytest
from pika.exceptions import ProbableAuthenticationError

from dev.problems import Problem
from dev.processes import command_of
from dev.services import RabbitMQ, rabbitmq
from dev.system_parts import SystemPart


def put(server: RabbitMQ, queue: str, message: bytes) -> None:
    """Into a durable queue, confirmed."""
    with pika.BlockingConnection(pika.URLParameters(server.url)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.queue_declare(queue, durable=True)
        server.write_down()
        kept = pika.BasicProperties(delivery_mode=pika.DeliveryMode.Persistent)
        channel.basic_publish("", queue, message, kept, mandatory=True)


def get(url: str, queue: str) -> object:
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        return connection.channel().basic_get(queue, auto_ack=True)[2]


def test_what_it_confirmed_is_there_after_a_kill_and_nothing_stays_behind(tmp_path: Path) -> None:
    folder = tmp_path / "a folder"
    with RabbitMQ(folder) as server:
        url, names = server.url, server.names
        put(server, "records", b"kept")
        assert server.process
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()
        server.start()
        assert server.url == url
        assert get(url, "records") == b"kept"
        with pytest.raises(ProbableAuthenticationError):
            get(url.replace("colophon:", "colophon:not-"), "records")
        assert server.process
        mine, epmd = server.process.pid, names.pid if names else 0
        assert "epmd" in command_of(epmd)
    assert (command_of(mine), command_of(epmd)) == ("", "")


def test_a_server_that_a_killed_run_left_is_ended_first(tmp_path: Path) -> None:
    left = RabbitMQ(tmp_path, durable=False)
    left.launch()
    try:
        server = RabbitMQ(tmp_path, durable=False)
        server.assign()
        assert left.process
        assert left.process.poll() is not None
        assert server.port == left.port
    finally:
        left.stop()


def test_a_machine_without_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = SystemPart("RabbitMQ", "rabbitmq-server", str(tmp_path / "nowhere"))
    monkeypatch.setattr(rabbitmq, "RABBITMQ", nowhere)
    with pytest.raises(Problem, match="RabbitMQ is not installed: `make services`"):
        RabbitMQ(tmp_path).start()
