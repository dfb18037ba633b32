"""The worker process that tests share. One may kill it: the next that needs it gets another."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import ExitStack
from pathlib import Path

from shop.config import Config
from tests.live_shop import running

PATIENCE = 40  # seconds


class Workforce:
    """`python -m jobs.worker`, one at a time, with this configuration."""

    def __init__(self, config: Config, log: Path) -> None:
        self.config = config
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None
        self._running = ExitStack()

    def start(self) -> subprocess.Popen[bytes]:
        """The worker that runs, or a new one."""
        if self.process is None or self.process.poll() is not None:
            self.stop()
            worker = running(["-m", "jobs.worker"], self.config, self.log)
            self.process = self._running.enter_context(worker)
        return self.process

    def stop(self) -> None:
        """Nobody takes jobs from now on."""
        self._running.close()
        self.process = None

    def kill(self) -> None:
        """SIGKILL to the worker and to the process that it has forked for its job."""
        assert self.process is not None
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for victim in (*map(int, children), pid):
            os.kill(victim, signal.SIGKILL)
        self.process.wait(PATIENCE)
