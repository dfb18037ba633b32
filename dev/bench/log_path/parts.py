"""The parts of the log path, each of which can be killed and comes back."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from dev.bench.throughput import environment_of
from dev.log_path import SERVICE
from dev.processes import LINUX, end, spawn
from dev.services import DocumentStore, RabbitMQ, Valkey
from dev.services.ports import HOST, free_port
from dev.services.server import Server
from shop.config import Config, Environment

ROOT = Path(__file__).resolve().parents[3]
QUEUE = "colophon.logs"
# Nothing of what is measured asks it.
NO_DATABASE = "postgresql://nobody@127.0.0.1:1/none"
# Larger than what waits while a part is away: what is dropped for want of room is lost.
SPOOL_RECORDS, SPOOL_FILE_MB = 5_000_000, 1024


class Part(Protocol):
    """Something that records pass."""

    name: str

    def kill(self) -> None:
        """SIGKILL, and to whatever it has started."""

    def revive(self) -> None:
        """Start it again; return when it answers, where it is one that answers."""


@dataclass
class ServerPart:
    name: str
    server: Server

    def kill(self) -> None:
        assert self.server.process
        self.server.process.kill()
        self.server.process.wait()

    def revive(self) -> None:
        self.server.start()


@dataclass
class ProgramPart:
    name: str
    module: str
    folder: Path
    environment: Mapping[str, str]  # beside ours
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def kill(self) -> None:
        if self.process:
            # The worker's child, which does the work, is in a group of its own.
            family = [*_children(self.process.pid), self.process.pid]
            for pid in family:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self.process.wait()

    def revive(self) -> None:
        command = [sys.executable, "-m", self.module]
        self.process = spawn(command, self.log, cwd=self.folder, env=os.environ | self.environment)

    def stop(self) -> None:
        if self.process:
            end(self.process, signal.SIGTERM)
            self.process = None


@dataclass
class LogPath:
    """All parts, running."""

    config: Config
    broker: RabbitMQ
    store: DocumentStore
    shipper: ProgramPart
    consumer: ProgramPart
    metrics_url: str
    parts: list[Part]


@contextmanager
def running_log_path(folder: Path) -> Iterator[LogPath]:
    """Servers that lose nothing they have confirmed, the shop's worker and the log service's
    consumer."""
    with ExitStack() as stack:
        # Each is asked for where it was before it was killed.
        broker = RabbitMQ(folder / "rabbitmq", free_port())
        stack.callback(broker.stop)
        broker.launch()
        redis = Valkey(folder / "valkey", free_port())
        store = DocumentStore(folder / "documents", free_port())
        redis.appendfsync = "always"
        for server in (redis, store, broker):
            stack.callback(server.stop)
            server.start()
        config = _configured(folder, redis.url, broker.url)
        shipper = ProgramPart(
            "shipper", "jobs.worker", ROOT, environment_of(config), folder / "worker.log"
        )
        metrics_port = free_port()
        service = {
            "AMQP_URL": broker.url,
            "MONGO_URL": store.url,
            "LOGS_TOKEN": "a token of the bench",
            "CONSUMER_METRICS_PORT": str(metrics_port),
        }
        consumer = ProgramPart(
            "consumer", "log_service.consumer", SERVICE, service, folder / "consumer.log"
        )
        for program in (shipper, consumer):
            stack.callback(program.stop)
            program.revive()
        servers = [
            ServerPart("Redis", redis),
            ServerPart("broker", broker),
            ServerPart("store", store),
        ]
        yield LogPath(
            config,
            broker,
            store,
            shipper,
            consumer,
            f"http://{HOST}:{metrics_port}/metrics",
            [*servers, shipper, consumer],
        )


def _configured(folder: Path, redis_url: str, amqp_url: str) -> Config:
    return Config(
        environment=Environment.TEST,
        database_url=NO_DATABASE,
        redis_url=redis_url,
        amqp_url=amqp_url,
        log_level="WARNING",
        log_spool_records=SPOOL_RECORDS,
        log_spool_file_mb=SPOOL_FILE_MB,
        log_spool_folder=folder / "spool",
        secret_key=secrets.token_hex(16),
        public_url="http://127.0.0.1",
        media_root=folder / "media",
        mail_url=f"file:{folder / 'mail'}",
        yookassa_shop_id="1",
        yookassa_secret_key=secrets.token_hex(16),
    )


def _children(pid: int) -> list[int]:
    if LINUX:
        listed = Path(f"/proc/{pid}/task/{pid}/children")
        return [int(word) for word in listed.read_text().split()] if listed.exists() else []
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True)
    return [int(word) for word in found.stdout.split()]
