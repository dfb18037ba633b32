"""Starting and ending processes so that none outlives the command that started it."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from dev.account import Account

PR_SET_PDEATHSIG = 1
LINUX = sys.platform == "linux"


def dying_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """A `preexec_fn`: the kernel sends `number` to the child when its starter is gone.

    That covers a SIGKILL, which nobody can catch. Only Linux has it.
    """
    if not LINUX:
        return None
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def ask_kernel() -> None:
        prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
        if os.getppid() != parent:  # it went before the kernel was asked
            os.kill(os.getpid(), number)

    return ask_kernel


def end_with_make() -> None:
    """Under make, be sent SIGTERM when make is killed, since nobody else would stop us then."""
    if LINUX and "MAKELEVEL" in os.environ:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def end(process: subprocess.Popen[bytes], *signals: signal.Signals, patience: float = 8.0) -> None:
    """Send each signal in turn until the process has ended, and SIGKILL in the end.

    `patience` is how many seconds each of them is given.
    """
    end_all([process], *signals, patience=patience)


def end_all(
    processes: Sequence[subprocess.Popen[bytes]],
    *signals: signal.Signals,
    patience: float = 8.0,
) -> None:
    """`end` for several at the same time. What they started in their groups ends with them."""
    for number in signals:
        for process in processes:
            if process.poll() is None:
                process.send_signal(number)
        deadline = time.monotonic() + patience
        for process in processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
    for process in processes:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()


def end_leftover(pid: int, mark: str, *signals: signal.Signals, patience: float = 10.0) -> None:
    """End a process that an earlier run left, if `pid` still is the one with `mark` in its command.

    Nothing happens to a stranger that has the number by now.
    """
    for number in (*signals, signal.SIGKILL):
        if mark not in command_of(pid):
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        deadline = time.monotonic() + patience
        while mark in command_of(pid) and time.monotonic() < deadline:
            time.sleep(0.05)


def command_of(pid: int) -> str:
    """The command line of a process, or nothing if there is no such process any more."""
    if LINUX:
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (FileNotFoundError, ProcessLookupError):
            return ""
    answer = subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True)
    return answer.stdout


def spawn(
    command: Sequence[str | Path],
    log: Path,
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
    account: Account | None = None,
) -> subprocess.Popen[bytes]:
    """Start a process that adds its output to the file `log`, in a session of its own.

    A Ctrl-C in the terminal then reaches only the starter, which ends the others in order.
    """
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=dying_with_parent(death_signal),
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
