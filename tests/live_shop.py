"""The shop as a host runs it, in processes of its own, with YooKassa's sandbox beside it."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from signal import SIGINT, SIGKILL, SIGTERM, Signals
from typing import Any

import requests

from dev.problems import tail_of
from dev.processes import dying_with_parent, end
from dev.yookassa_sandbox.server import RunningSandbox
from dev.yookassa_sandbox.settings import Settings
from shop.config import Config

ROOT = Path(__file__).resolve().parent.parent
WEBHOOK = "/api/v1/payments/yookassa/webhook"
READY_SECONDS = 120
MOST_SHOWN = 8000  # letters of a log


@dataclass(frozen=True)
class LiveShop:
    """A shop on a port. `config` is what its processes run with, `log` what gunicorn writes."""

    url: str
    config: Config
    sandbox: RunningSandbox
    log: Path

    def processes_that_answered(self, request: str) -> set[str]:
        """Their ids; `request` is how its line begins: `POST /checkout`."""
        return set(re.findall(rf"^<(\d+)> {request}", self.log.read_text(), re.MULTILINE))


@contextmanager
def live_shop(
    config: Config,
    folder: Path,
    *,
    workers: int,
    application: str = "wsgi:app",
    code: Path = ROOT,
    **sandbox_has: Any,
) -> Iterator[LiveShop]:
    """gunicorn with so many processes of four threads, and a sandbox that notifies it.

    `code` is the folder of the shop's code; `sandbox_has` are more settings of the sandbox.
    """
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listener:
        url = "http://{}:{}".format(*listener.getsockname())
        settings = Settings(
            config.yookassa_shop_id,
            config.yookassa_secret_key,
            webhook_url=url + WEBHOOK,
            **sandbox_has,
        )
        with RunningSandbox(settings) as sandbox:
            ours = config.model_copy(
                update={"public_url": url, "yookassa_api_url": sandbox.api_url}
            )
            shop = LiveShop(url, ours, sandbox, folder / "web.log")
            command = ["-m", "gunicorn", application, "--bind", f"fd://{listener.fileno()}"]
            # Loaded once for all processes, and patient: several runs may share this machine.
            command += ["--workers", str(workers), "--threads", "4", "--preload"]
            command += ["--timeout", str(READY_SECONDS)]
            command += ["--access-logfile", "-", "--access-logformat", "%(p)s %(m)s %(U)s %(s)s"]
            with running(command, ours, shop.log, listener.fileno(), stop=(), code=code):
                # From now on only gunicorn answers there: where it ends, a connection is refused.
                listener.close()
                _wait_for(shop, workers)
                yield shop


def _wait_for(shop: LiveShop, workers: int) -> None:
    """Return when every process has answered."""
    deadline = time.monotonic() + READY_SECONDS
    while len(shop.processes_that_answered("GET /healthz")) < workers:
        try:
            assert time.monotonic() < deadline, "not all processes answer"
            assert requests.get(f"{shop.url}/healthz", timeout=READY_SECONDS).ok
        except (AssertionError, requests.RequestException) as error:
            raise AssertionError(f"gunicorn's log ends:\n{tail_of(shop.log)}") from error


@contextmanager
def running(
    arguments: Sequence[str],
    config: Config,
    log: Path,
    *kept_open: int,
    stop: Sequence[Signals] = (SIGTERM, SIGINT),
    code: Path = ROOT,
) -> Iterator[subprocess.Popen[bytes]]:
    """A Python process of the shop with this configuration, ended by its own id in any case.

    Without a signal to `stop` it, it is killed with those that it has forked, which is quicker by
    seconds: an interpreter that ends takes apart all that the shop has loaded.
    """
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=code,
            env=environment(config),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=dying_with_parent(SIGTERM),
            pass_fds=kept_open,
        )
    try:
        yield process
    finally:
        end(process, *stop)


def kill(process: subprocess.Popen[bytes] | None) -> None:
    """SIGKILL to a process that runs and to those that it has forked."""
    assert process is not None
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    for victim in (*map(int, children), process.pid):
        with suppress(ProcessLookupError):
            os.kill(victim, SIGKILL)
    process.wait()


def environment(config: Config) -> dict[str, str]:
    """Ours, without what it says of a shop; what a process reads then is `config`."""
    given = config.model_dump(mode="json", exclude_unset=True)
    neutral = {
        name: value for name, value in os.environ.items() if name.lower() not in Config.model_fields
    }
    return neutral | {
        name.upper(): ",".join(value) if isinstance(value, list) else str(value)
        for name, value in given.items()
    }


@contextmanager
def shown_on_failure(*logs: Path) -> Iterator[None]:
    """Repeat what the processes write meanwhile: pytest shows it where the test fails."""
    before = {log: log.stat().st_size if log.exists() else 0 for log in logs}
    yield
    for log, size in before.items():
        if log.exists() and (added := log.read_bytes()[size:]):
            text = added.decode(errors="replace")[-MOST_SHOWN:]
            sys.stdout.write(f"--- {log.name}\n{text}")
