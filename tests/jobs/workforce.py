"""The worker process that tests share. One may kill it: the next that needs it gets another."""

from __future__ import annotations

import subprocess
from contextlib import ExitStack
from pathlib import Path

from shop.config import Config
from tests.live_shop import ROOT, kill, running

PATIENCE = 40  # seconds


class Workforce:
    """`python -m jobs.worker`, one at a time, with this configuration."""

    def __init__(
        self, config: Config, log: Path, module: str = "jobs.worker", code: Path = ROOT
    ) -> None:
        self.config = config
        self.log = log
        self.module = module
        self.code = code
        self.process: subprocess.Popen[bytes] | None = None
        self._running = ExitStack()

    def start(self) -> subprocess.Popen[bytes]:
        """The worker that runs, or a new one."""
        if self.process is None or self.process.poll() is not None:
            self.stop()
            worker = running(["-m", self.module], self.config, self.log, code=self.code)
            self.process = self._running.enter_context(worker)
        return self.process

    def stop(self) -> None:
        """Nobody takes jobs from now on."""
        self._running.close()
        self.process = None

    def kill(self) -> None:
        """SIGKILL to the worker and to the process that it has forked for its job."""
        kill(self.process)
