"""Keeps the processes of a shop running until it is told to stop."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from dev.log_watch import LogWatch, open_log
from dev.problems import Problem, tail_of
from dev.processes import end, end_all, spawn
from dev.services.server import Server

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds before a dead process is started again
STEADY = 60.0  # who lived so many seconds starts with a clean slate
AT_ONCE = 5.0  # who did not live so long died at once ...
MOST_AT_ONCE = 4  # ... and is given up after so many times in a row
LOOK_SECONDS = 0.2


@dataclass
class Program:
    """One process of the shop and what is known of its life."""

    name: str
    command: Sequence[str | Path]
    log: Path
    folder: Path | None = None  # where it runs and what it is told, if not what the shop is
    environment: Mapping[str, str] | None = None
    spare: bool = False  # the shop goes on without it
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    start_at: float = 0.0
    deaths: int = 0
    at_once: int = 0
    watch: LogWatch = field(init=False)

    def __post_init__(self) -> None:
        open_log(self.log)
        self.watch = LogWatch(self.log)

    def bury(self, status: int, now: float) -> float:
        """Note a death; the pause before the next start, or Problem when that is hopeless."""
        if self.process:
            end(self.process)  # what it had started may hold its port
            self.process = None
        lived = now - self.started
        self.deaths = 1 if lived >= STEADY else self.deaths + 1
        self.at_once = self.at_once + 1 if lived < AT_ONCE else 0
        if self.at_once >= MOST_AT_ONCE:
            raise Problem(
                f"{self.name} keeps ending at once, with status {status}; "
                f"{self.log} ends:\n{tail_of(self.log)}"
            )
        pause = min(FIRST_PAUSE * 2.0 ** (self.deaths - 1), LONGEST_PAUSE)
        self.start_at = now + pause
        return pause


class Supervisor:
    """Use it with `with`: leaving the block ends all processes, the youngest first."""

    def __init__(
        self, servers: Sequence[Server], folder: Path, environment: Mapping[str, str]
    ) -> None:
        self.servers = list(servers)
        self.spare: list[Server] = []
        self.folder = folder
        self.environment = environment
        self.programs: list[Program] = []

    def add(self, program: Program) -> None:
        self.programs.append(program)
        self._start(program)

    def _start(self, program: Program) -> None:
        program.started = time.monotonic()
        program.process = spawn(
            program.command,
            program.log,
            cwd=program.folder or self.folder,
            env=program.environment or self.environment,
        )

    def launch(self, server: Server) -> None:
        """Start a server that the shop can do without, and do not wait for it."""
        server.launch()
        self.spare.append(server)

    def watch_until(self, done: Callable[[], bool]) -> None:
        """Start again what ends and print what is serious, until `done` says true."""
        while not done():
            self._look()
            time.sleep(LOOK_SECONDS)

    def _look(self) -> None:
        for server in self.servers + self.spare:
            if server.process and server.process.poll() is not None:
                print(f"{server.title} ended; it is started again.", flush=True)
                self._start_again(server)
        for program in list(self.programs):
            self._look_after(program)
            for said in program.watch.problems():
                print(f"{program.name}: {said} ({program.log})", flush=True)

    def _start_again(self, server: Server) -> None:
        try:
            server.start()
        except Problem as problem:
            if server not in self.spare:
                raise
            self.spare.remove(server)
            print(f"{problem}\nThe shop goes on without {server.title}.", flush=True)

    def _look_after(self, program: Program) -> None:
        now = time.monotonic()
        if program.process is None:
            if now >= program.start_at:
                self._start(program)
        elif (status := program.process.poll()) is not None:
            self._bury(program, status, now)

    def _bury(self, program: Program, status: int, now: float) -> None:
        try:
            pause = program.bury(status, now)
        except Problem as problem:
            if not program.spare:
                raise
            self.programs.remove(program)
            print(f"{problem}\nThe shop goes on without {program.name}.", flush=True)
        else:
            print(
                f"{program.name} ended with status {status}; it is started again "
                f"in {pause:.0f} s ({program.log}).",
                flush=True,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        running = [program.process for program in reversed(self.programs) if program.process]
        # The second time, the web server drops its open requests and the worker its job.
        end_all(running, signal.SIGTERM, signal.SIGINT)
