from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dev import supervisor as module
from dev.problems import Problem
from dev.processes import command_of
from dev.services import Valkey
from dev.services.ports import HOST, free_port
from dev.supervisor import MOST_AT_ONCE, Program, Supervisor
from dev.yookassa_sandbox.testing import wait_until

SLEEP = "import time; time.sleep(600)"


@pytest.fixture
def supervisor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Supervisor]:
    monkeypatch.setattr(module, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.01)
    with Supervisor([], tmp_path, os.environ) as supervisor:
        yield supervisor


def program(folder: Path, script: str) -> Program:
    return Program("clerk", [sys.executable, "-c", script], folder / "clerk.log")


def test_what_died_is_started_again(
    supervisor: Supervisor, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clerk = program(tmp_path, SLEEP)
    supervisor.add(clerk)
    first = clerk.process
    assert first
    first.kill()
    supervisor.watch_until(lambda: clerk.process not in (None, first))
    assert clerk.process
    assert clerk.process.poll() is None
    assert "clerk ended with status -9" in capsys.readouterr().out


def test_what_dies_at_once_each_time_ends_the_run(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.add(program(tmp_path, "print('no such shelf'); exit(3)"))
    with pytest.raises(Problem, match=r"ending at once, with status 3(.|\n)*no such shelf"):
        supervisor.watch_until(lambda: False)
    assert (tmp_path / "clerk.log").read_text().count("no such shelf") == MOST_AT_ONCE


def test_the_shop_goes_on_without_a_spare_program_that_dies_at_once_each_time(
    supervisor: Supervisor, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clerk = program(tmp_path, "exit(3)")
    clerk.spare = True
    supervisor.add(clerk)
    supervisor.watch_until(lambda: clerk not in supervisor.programs)
    assert "The shop goes on without clerk." in capsys.readouterr().out


def test_what_the_dead_had_started_is_ended(supervisor: Supervisor, tmp_path: Path) -> None:
    helper = f"subprocess.Popen([sys.executable, '-c', '{SLEEP}']).pid"
    clerk = program(tmp_path, f"import subprocess, sys; print({helper}, flush=True); {SLEEP}")
    supervisor.add(clerk)
    pid = int(wait_until(clerk.log.read_text))
    first = clerk.process
    assert first
    first.kill()
    supervisor.watch_until(lambda: clerk.process not in (None, first))
    wait_until(lambda: not command_of(pid))


def test_pauses_grow_until_it_holds_out(tmp_path: Path) -> None:
    clerk = program(tmp_path, SLEEP)
    lives = (10, 10, 10, 10, 10, 10, 10, 100, 10)
    assert [clerk.bury(1, lived) for lived in lives] == [1, 2, 4, 8, 16, 30, 30, 1, 2]


@contextmanager
def dead_valkey(folder: Path) -> Iterator[Valkey]:
    """One that was killed and cannot be started again: its port is taken."""
    with Valkey(folder, free_port(), durable=False) as server:
        assert server.process
        server.process.kill()
        server.process.wait()
        with socket.create_server((HOST, server.port)):
            yield server


def test_a_server_that_cannot_be_started_again_ends_the_run(tmp_path: Path) -> None:
    with (
        dead_valkey(tmp_path / "valkey") as server,
        Supervisor([server], tmp_path, os.environ) as supervisor,
        pytest.raises(Problem, match="is taken by another program"),
    ):
        supervisor.watch_until(lambda: False)


def test_the_shop_goes_on_without_a_spare_server(
    supervisor: Supervisor, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server = Valkey(tmp_path / "valkey", durable=False)
    try:
        supervisor.launch(server)
        server.start()  # which waits for it
        first = server.process
        assert first
        first.kill()
        supervisor.watch_until(lambda: server.process not in (None, first))
    finally:
        server.stop()
    with dead_valkey(tmp_path / "dead") as dead:
        supervisor.spare.append(dead)
        supervisor.watch_until(lambda: dead not in supervisor.spare)
    assert "The shop goes on without Valkey." in capsys.readouterr().out


def test_leaving_ends_everything(tmp_path: Path) -> None:
    clerks = [program(tmp_path, SLEEP) for _ in range(2)]
    with Supervisor([], tmp_path, os.environ) as supervisor:
        for clerk in clerks:
            supervisor.add(clerk)
    pids = [clerk.process.pid for clerk in clerks if clerk.process]
    assert [command_of(pid) for pid in pids] == ["", ""]
