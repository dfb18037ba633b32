"""All checks and tests: `python -m dev.test [-- what pytest is told]`, or `make test`."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGINT, SIGTERM
from typing import IO

from dev.problems import told_plainly
from dev.processes import dying_with_parent, end, end_with_make
from dev.services.scratch import scratch_services
from dev.stopping import stop_in_order

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = Path(sys.executable).parent
# On the two cores that this is made for: each waits half of its time for servers and browsers.
WORKERS = 3

CHECKS: dict[str, Sequence[str | Path]] = {
    "ruff format": ["-m", "ruff", "format", "--check", "--quiet", "."],
    "ruff check": ["-m", "ruff", "check", "--quiet", "."],
    "mypy": ["-m", "mypy", "--no-error-summary"],
    "import-linter": [SCRIPTS / "lint-imports", "--no-logo"],
}


@dataclass
class Check:
    """A check that runs beside the others; what it says is shown if it fails."""

    name: str
    arguments: Sequence[str | Path]
    output: IO[bytes] = field(default_factory=tempfile.TemporaryFile)
    began: float = field(default_factory=time.monotonic)
    process: subprocess.Popen[bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.process = _start(self.arguments, os.environ, self.output)

    def report(self) -> bool:
        """Print the outcome of a check that has ended."""
        passed = self.process.returncode == 0
        outcome = "passed" if passed else "FAILED"
        print(f"{self.name} ... {outcome}, {time.monotonic() - self.began:.1f} s", flush=True)
        if not passed:
            self.output.seek(0)
            print(self.output.read().decode(errors="replace"), flush=True)
        return passed


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m dev.test", description=__doc__)
    parser.add_argument("--only-checks", action="store_true", help="everything but the tests")
    parser.add_argument("pytest", nargs="*", help="after `--`: what pytest is told")
    options = parser.parse_args(arguments)
    end_with_make()
    stop_in_order()
    with told_plainly():
        checked = _check()
        # The tests run whatever failed before them.
        tested = 0 if options.only_checks else _test(options.pytest)
        if not checked:
            print("A check failed: see above.", file=sys.stderr)
        sys.exit(tested or (0 if checked else 1))


def _test(arguments: Sequence[str]) -> int:
    with scratch_services() as services:
        return _pytest(arguments, os.environ | services)


def _check() -> bool:
    """All checks at the same time; whether every one passed."""
    waiting = [Check(name, arguments) for name, arguments in CHECKS.items()]
    passed = True
    try:
        while waiting:
            for check in [check for check in waiting if check.process.poll() is not None]:
                passed = check.report() and passed
                waiting.remove(check)
            time.sleep(0.05)
    finally:
        for check in waiting:
            end(check.process, SIGTERM)
    return passed


def _pytest(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    process = _start(
        ["-m", "pytest", "-n", str(WORKERS), "--dist", "loadgroup", *arguments], environment, None
    )
    try:
        return process.wait()
    except BaseException:
        # In a terminal it has had the Ctrl-C itself; a second one does it no harm.
        end(process, SIGINT, SIGTERM)
        raise


def _start(
    arguments: Sequence[str | Path], environment: Mapping[str, str], output: IO[bytes] | None
) -> subprocess.Popen[bytes]:
    """A Python program, in our own process group: a Ctrl-C in the terminal reaches it too."""
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output else None,
        preexec_fn=dying_with_parent(SIGTERM),
    )


if __name__ == "__main__":
    main()
