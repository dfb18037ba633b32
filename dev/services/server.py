"""What the servers have in common: each is started in a folder and stopped."""

from __future__ import annotations

import signal
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from dev.account import Account
from dev.problems import Problem, full_disk, is_full, tail
from dev.processes import end, end_leftover, spawn
from dev.services.ports import HOST, is_free, kept_port

TRIES = 3


class Server(ABC):
    """One server on 127.0.0.1. Use it with `with`, or call `start` and `stop`.

    Its data, password and log are in `folder`. Without `port` it takes the one that it had
    last time, or any that is free.
    """

    title: ClassVar[str]
    stop_signals: ClassVar[tuple[signal.Signals, ...]]
    ready_seconds: ClassVar[float] = 60.0  # for one try; recovery after a power cut takes some

    def __init__(
        self,
        folder: Path,
        port: int | None = None,
        *,
        log: Path | None = None,
        durable: bool = True,
    ) -> None:
        self.folder = folder.absolute()
        self.log = log or self.folder / "server.log"
        self.durable = durable
        self.port = port or 0
        self._fixed_port = port is not None
        self.process: subprocess.Popen[bytes] | None = None

    @property
    @abstractmethod
    def url(self) -> str:
        """The address for its clients."""

    @abstractmethod
    def _prepare(self) -> None:
        """Make everything that the server needs before it can start."""

    @abstractmethod
    def _command(self) -> Sequence[str | Path]: ...

    @abstractmethod
    def _is_ready(self) -> bool: ...

    @property
    @abstractmethod
    def _mark(self) -> str:
        """What the command line of this very server has and no other's."""

    def _account(self) -> Account | None:
        return None

    def _environment(self) -> Mapping[str, str] | None:
        return None

    def start(self) -> None:
        """Return when the server answers; Problem says why it does not, with the log's end."""
        for tried in range(1, TRIES + 1):
            if self.process is None or self.process.poll() is not None:
                self.launch()
            if self._answers():
                return
            # Somebody may have been quicker to take the port, or what a killed server left
            # behind in memory may have needed another moment to go.
            if tried == TRIES or not self._may_try_again():
                raise Problem(self._explanation())

    def launch(self) -> None:
        """Start it without waiting until it answers, as `start` does afterwards."""
        self.assign()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self._prepare()
        self._log_start = self.log.stat().st_size if self.log.exists() else 0
        self.process = spawn(
            self._command(),
            self.log,
            cwd=self.folder,
            env=self._environment(),
            death_signal=self.stop_signals[0],
            account=self._account(),
        )
        self._note.write_text(f"{self.process.pid}\n")

    def assign(self) -> None:
        """Make its folder and choose its port: from here on `url` is the one that it will have.

        What a killed run left running in the folder is ended first, and gives its port back.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        end_leftover(self._noted(), self._mark, *self.stop_signals)
        if not self._fixed_port:
            self.port = kept_port(self.folder / "port")
        elif not is_free(self.port):
            raise Problem(f"Port {self.port} for {self.title} is taken by another program.")

    def stop(self) -> None:
        if self.process is not None:
            end(self.process, *self.stop_signals)
            self.process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def _note(self) -> Path:
        """Where the process id is written, for a run after one that was killed."""
        return self.folder / "pid"

    def _noted(self) -> int:
        text = self._note.read_text().strip() if self._note.exists() else ""
        return int(text) if text.isdecimal() else 0

    def _answers(self) -> bool:
        """Wait until it does; one that does not is stopped."""
        try:
            ready = self._wait()
        except BaseException:
            self.stop()
            raise
        if not ready:
            self.stop()
        return ready

    def _wait(self) -> bool:
        assert self.process
        deadline = time.monotonic() + self.ready_seconds
        while self.process.poll() is None and time.monotonic() < deadline:
            if self._is_ready():
                return True
            time.sleep(0.02)
        return False

    def _said(self) -> str:
        """What the last try added to the log."""
        with self.log.open("rb") as log:
            log.seek(self._log_start)
            return log.read().decode(errors="replace")

    def _may_try_again(self) -> bool:
        return not self._fixed_port and not is_free(self.port)

    def _explanation(self) -> str:
        said = self._said()
        if is_full(self.folder, said):
            return full_disk(self.folder)
        return f"{self.title} did not start on {HOST}:{self.port}; {self.log} ends:\n{tail(said)}"
