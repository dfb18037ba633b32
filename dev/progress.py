"""One line for each step of a command, with its seconds. Standard library only."""

from __future__ import annotations

import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from dev.problems import Problem, full_disk, is_full, tail
from dev.processes import dying_with_parent, end

STILL_SECONDS = 10.0  # after so long without a word, a step says that it is still at it


@contextmanager
def step(what: str) -> Iterator[None]:
    """Print `what` at once, and the seconds it took behind it."""
    print(f"{what} ... ", end="", flush=True)
    began = time.monotonic()
    try:
        yield
    except BaseException:
        print("stopped", flush=True)
        raise
    print(f"{time.monotonic() - began:.1f} s", flush=True)


def run_quietly(
    command: Sequence[str | Path],
    *,
    trouble: str,
    writes_to: Path,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> str:
    """Run a program to its end and return what it said.

    When it fails, Problem: `trouble` and the end of its output, or the full disk that
    `writes_to` is on.
    """
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=dying_with_parent(signal.SIGTERM),
        )
        try:
            _wait(process)
        except BaseException:
            end(process, signal.SIGTERM)
            raise
        output.seek(0)
        said = output.read().decode(errors="replace")
    if process.returncode:
        raise Problem(
            full_disk(writes_to) if is_full(writes_to, said) else f"{trouble}\n{tail(said)}"
        )
    return said


def _wait(process: subprocess.Popen[bytes]) -> None:
    began = time.monotonic()
    while process.poll() is None:
        with suppress(subprocess.TimeoutExpired):
            process.wait(STILL_SECONDS)
            return
        print(f"{time.monotonic() - began:.0f} s ... ", end="", flush=True)
