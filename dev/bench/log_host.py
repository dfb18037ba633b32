"""The log service on a host of its own."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import requests

from dev.bench.networks import Host
from dev.bench.web_host import READY_SECONDS, ROOT
from dev.problems import Problem
from dev.processes import spawn
from dev.services.ports import free_port

TOKEN = "token-of-the-bench"
# A shipper takes what waits every five seconds.
SETTLED_SECONDS = 15


class LogHost:
    """Its API and its consumer; they go with the host."""

    def __init__(self, host: Host, amqp_url: str, mongo_url: str, folder: Path) -> None:
        self.host = host
        self.address = f"{host.address}:{free_port()}"
        self.folder = folder
        self.environment = {"AMQP_URL": amqp_url, "MONGO_URL": mongo_url, "LOGS_TOKEN": TOKEN}

    def start(self) -> None:
        for name, arguments in (
            ("consumer", ["log_service.consumer"]),
            ("api", ["gunicorn", "log_service.wsgi:app", "--bind", self.address]),
        ):
            spawn(
                [*self.host.before, sys.executable, "-m", *arguments],
                self.folder / f"logs-{name}.log",
                cwd=ROOT / "logs_consumer",
                env=os.environ | self.environment,
            )

    def stored(self) -> int:
        """How many requests it has a record of, once no more come."""
        deadline = time.monotonic() + READY_SECONDS
        before = -1
        while time.monotonic() < deadline:
            now = self._count()
            if now == before:
                return now
            before = now
            time.sleep(SETTLED_SECONDS)
        raise Problem(f"records go on to come, {before} by now")

    def _count(self) -> int:
        answer = requests.get(
            f"http://{self.address}/logs",
            params={"logger": "shop.request", "page": "1", "limit": "1"},
            headers={"Authorization": f"Bearer {TOKEN}"},
            timeout=READY_SECONDS,
        )
        return int(answer.json()["total"])
