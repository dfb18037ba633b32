from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.processes import command_of, end, end_leftover, spawn
from dev.yookassa_sandbox.testing import wait_until

SLEEP = "import time; time.sleep(600)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1); {SLEEP}"
PARENT = f"""
import sys
from pathlib import Path
from dev.processes import spawn
child = spawn([sys.executable, "-c", "{SLEEP}", sys.argv[1]], Path(sys.argv[1]))
print(child.pid, flush=True)
child.wait()
"""


@pytest.fixture
def sleeper(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = spawn([sys.executable, "-c", SLEEP, str(tmp_path)], tmp_path / "log")
    yield process
    end(process)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has this")
def test_a_child_ends_when_its_starter_is_killed(tmp_path: Path) -> None:
    mark = str(tmp_path / "log")
    with subprocess.Popen([sys.executable, "-c", PARENT, mark], stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        assert mark in command_of(child)
        parent.kill()
    wait_until(lambda: mark not in command_of(child))


def test_a_child_is_not_in_our_group(sleeper: subprocess.Popen[bytes]) -> None:
    assert os.getpgid(sleeper.pid) == sleeper.pid


def test_who_does_not_listen_is_killed(tmp_path: Path) -> None:
    log = tmp_path / "log"
    process = spawn([sys.executable, "-uc", STUBBORN], log)
    wait_until(log.read_text)
    end(process, signal.SIGTERM, patience=0.1)
    assert process.returncode == -signal.SIGKILL


def test_a_leftover_is_ended(sleeper: subprocess.Popen[bytes], tmp_path: Path) -> None:
    end_leftover(sleeper.pid, str(tmp_path), signal.SIGTERM)
    assert sleeper.wait(10) == -signal.SIGTERM


def test_a_stranger_with_the_number_is_left_alone(sleeper: subprocess.Popen[bytes]) -> None:
    end_leftover(sleeper.pid, "another mark", signal.SIGTERM)
    assert sleeper.poll() is None
