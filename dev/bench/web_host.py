"""The web processes of one host, as the Procfile runs them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from signal import SIGTERM
from typing import Self

import requests

from dev.problems import Problem, tail_of
from dev.processes import end, spawn
from dev.services.ports import free_port
from shop.config import Config

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 300
# The proxy looks every second.
NOTICED_SECONDS = 3


class WebHost:
    """Use it with `with`. `given` is what it reads, `before` what its processes are started by."""

    def __init__(
        self,
        name: str,
        host: str,
        given: Mapping[str, str],
        folder: Path,
        before: Sequence[str] = (),
    ) -> None:
        self.name = name
        self.address = f"{host}:{free_port()}"
        self.given = given
        self.log = folder / f"{name}.log"
        self.before = before
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [*self.before, sys.executable, "-m", "gunicorn", "wsgi:app"]
        self.process = spawn(
            [*command, "--bind", self.address, "--workers", "1"],
            self.log,
            cwd=ROOT,
            env=os.environ | self.given,
        )

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        with requests.Session() as session:
            session.trust_env = False
            while time.monotonic() < deadline:
                try:
                    if session.get(f"http://{self.address}/readyz", timeout=5).ok:
                        return
                except requests.RequestException:
                    time.sleep(0.2)
        raise Problem(f"{self.name} is not ready; {self.log} ends:\n{tail_of(self.log)}")

    def roll(self) -> float:
        """Stop it, start it anew, and wait until the proxy sends it shoppers; seconds to stop."""
        assert self.process
        began = time.monotonic()
        self.process.send_signal(SIGTERM)
        self.process.wait()
        taken = time.monotonic() - began
        self.start()
        self.wait_until_ready()
        time.sleep(NOTICED_SECONDS)
        return taken

    def __enter__(self) -> Self:
        self.start()
        self.wait_until_ready()
        return self

    def __exit__(self, *_: object) -> None:
        if self.process:
            end(self.process, SIGTERM, patience=30)


def environment(config: Config) -> dict[str, str]:
    """What a process reads to have this configuration."""
    given = config.model_dump(mode="json")
    return {
        name.upper(): ",".join(value) if isinstance(value, list) else str(value)
        for name, value in given.items()
        if value is not None
    }
