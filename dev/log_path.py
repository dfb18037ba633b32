"""Broker, document store and log service beside a shop on this machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from dev.services import DocumentStore, RabbitMQ
from dev.services.ports import HOST, kept_port
from dev.services.secrets import kept_secret
from dev.services.server import Server
from dev.shop_environment import Layout
from dev.supervisor import Program, Supervisor
from dev.system_parts import RABBITMQ

SERVICE = Path(__file__).resolve().parent.parent / "logs_consumer"


@dataclass
class LogPath:
    """What log records pass on their way; without servers and addresses, they wait.

    `told` is what to tell whoever opened the shop.
    """

    told: str
    servers: list[Server] = field(default_factory=list)
    urls: dict[str, str] = field(default_factory=dict)
    programs: list[Program] = field(default_factory=list)

    def open(self, supervisor: Supervisor) -> None:
        """Start all of it, and wait for nothing: the parts wait for each other."""
        for server in self.servers:
            supervisor.launch(server)
        for program in self.programs:
            supervisor.add(program)


@contextmanager
def laid_log_path(layout: Layout) -> Iterator[LogPath]:
    """One whose addresses are known and whose servers are yet to start; they stop at the end.

    AMQP_URL and MONGO_URL, where set, stand for our own servers.
    """
    if not os.environ.get("AMQP_URL") and not RABBITMQ.is_there():
        yield LogPath(
            "they wait in their spool: RabbitMQ is not installed (`make services` as root does it)"
        )
        return
    with ExitStack() as stack:
        path = LogPath("and, from every part, at /admin/logs in half a minute")
        amqp_url = os.environ.get("AMQP_URL") or _assigned(
            RabbitMQ(layout.var / "rabbitmq", log=layout.logs / "rabbitmq.log"), path, stack
        )
        mongo_url = os.environ.get("MONGO_URL") or _assigned(
            DocumentStore(layout.var / "documents", log=layout.logs / "documents.log"), path, stack
        )
        layout.log_service.mkdir(parents=True, exist_ok=True)
        port = kept_port(layout.log_service / "port")
        token = kept_secret(layout.log_service / "token")
        path.urls = {
            "AMQP_URL": amqp_url,
            "LOGS_API_URL": f"http://{HOST}:{port}",
            "LOGS_API_TOKEN": token,
        }
        settings = {"AMQP_URL": amqp_url, "MONGO_URL": mongo_url, "LOGS_TOKEN": token}
        serve = ("gunicorn", "log_service.wsgi:app", "--bind", f"{HOST}:{port}")
        path.programs = [
            _program(layout, "log-consumer", settings, "log_service.consumer"),
            _program(layout, "log-api", settings, *serve),
        ]
        yield path


def _program(layout: Layout, name: str, settings: Mapping[str, str], *words: str) -> Program:
    return Program(
        name,
        [sys.executable, "-m", *words],
        layout.logs / f"{name}.log",
        folder=SERVICE,
        environment=os.environ | settings,
        spare=True,
    )


def _assigned(server: Server, path: LogPath, stack: ExitStack) -> str:
    stack.callback(server.stop)
    server.assign()
    path.servers.append(server)
    return server.url
