"""`flask ...` as a host runs it, in a process for each call. What it loads is loaded once: that
takes longer than most commands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import NoReturn

from flask.cli import main

# What wsgi.py loads. It is not loaded itself: it makes a shop of the environment.
import shop.app
import shop.cli  # noqa: F401

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Done:
    status: int
    output: str
    errors: str


class Commands:
    """A process that waits to be told a command, and forks for each. What a command wrote is in
    files of `folder` until the next one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> Commands:
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.commands"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # It has nothing to put in order.
        self._server.kill()
        self._server.communicate()

    def flask(
        self, *words: str, environment: Mapping[str, str], source: Path | None = None
    ) -> Done:
        """Run `flask --app wsgi WORDS` in this environment and no other; `source` is what it reads
        from standard input."""
        output, errors = self.folder / "output", self.folder / "errors"
        told = {
            "words": words,
            "environment": dict(environment),
            "files": [str(source or os.devnull), str(output), str(errors)],
        }
        assert self._server.stdin
        assert self._server.stdout
        self._server.stdin.write(json.dumps(told) + "\n")
        self._server.stdin.flush()
        status = int(self._server.stdout.readline())
        return Done(status, output.read_text(errors="replace"), errors.read_text())


def _run(told: dict[str, list[str]], environment: dict[str, str]) -> NoReturn:
    """The command, in the place of this process."""
    source, output, errors = told["files"]
    for number, path, mode in ((0, source, "rb"), (1, output, "wb"), (2, errors, "wb")):
        with open(path, mode) as file:
            os.dup2(file.fileno(), number)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["flask", "--app", "wsgi", *told["words"]]
    status = 70
    try:
        main()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _serve() -> None:
    for line in sys.stdin:
        told = json.loads(line)
        child = os.fork()
        if child == 0:
            _run(told, told["environment"])
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve()
