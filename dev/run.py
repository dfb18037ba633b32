"""Open the shop on this machine: `python -m dev.run`, which `make run` calls."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from signal import SIGTERM

import requests

from dev.demo.options import add_books_option
from dev.log_path import LogPath, laid_log_path
from dev.problems import Problem, told_plainly
from dev.processes import dying_with_parent, end, end_with_make
from dev.progress import step
from dev.running import AlreadyRunning, hold
from dev.services import Postgres, Valkey
from dev.services.ports import HOST, is_free, kept_port
from dev.services.server import Server
from dev.shop_environment import (
    Layout,
    read_environment,
    shop_environment,
    write_environment,
)
from dev.stopping import stop_in_order
from dev.supervisor import Program, Supervisor

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_PORT = 8000
READY_SECONDS = 60.0

BANNER = """
Colophon is open: {address}

  staff      {address}/login   admin@example.org / colophon-demo
  customer   {address}/login   customer@example.org / colophon-demo
  mails      {address}/dev/mail   {mails}
  logs       {logs}
             {log_path}

Ctrl-C closes the shop.
"""


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m dev.run", description=__doc__)
    parser.add_argument(
        "--only-demo", action="store_true", help="load the demo catalogue, and stop"
    )
    add_books_option(parser)
    options = parser.parse_args(arguments)
    only_demo: bool = options.only_demo
    end_with_make()
    stop_in_order()
    with told_plainly():
        layout = Layout(ROOT / "var")
        layout.sandbox.mkdir(parents=True, exist_ok=True)
        port = _port()
        try:
            with hold(layout.var / "run.lock", f"http://{HOST}:{port}"):
                _open(layout, port, only_demo, options.books)
        except AlreadyRunning as running:
            if not only_demo:
                raise Problem(f"The shop of this folder is open already: {running}") from None
            _prepare(read_environment(layout), options.books)


def _port() -> int:
    given = os.environ.get("PORT") or str(DEFAULT_PORT)
    if not given.isdecimal() or not 1 <= int(given) <= 65535:
        raise Problem(f"PORT is {given!r}; it has to be a number from 1 to 65535.")
    return int(given)


def _open(layout: Layout, port: int, only_demo: bool, invented: int) -> None:
    if not only_demo and not is_free(port):
        other = port + 1 if 1024 <= port < 65535 else DEFAULT_PORT + 1
        raise Problem(
            f"Port {port} is taken by another program, or not yours to take: choose another, "
            f"such as `PORT={other} make run`."
        )
    began = time.monotonic()
    with ExitStack() as stack:
        servers, urls = stack.enter_context(_stores(layout))
        log_path = stack.enter_context(laid_log_path(layout))
        sandbox_port = kept_port(layout.sandbox / "port")
        environment = shop_environment(
            layout, port, f"http://{HOST}:{sandbox_port}", urls | log_path.urls
        )
        write_environment(layout, environment)
        _prepare(environment, invented)
        if not only_demo:
            supervisor = stack.enter_context(Supervisor(servers, ROOT, environment))
            _serve(supervisor, layout, port, sandbox_port, log_path, began)


@contextmanager
def _stores(layout: Layout) -> Iterator[tuple[list[Server], dict[str, str]]]:
    """Our own PostgreSQL and Valkey, but for those that the environment names."""
    servers: list[Server] = []
    with ExitStack() as stack:
        if not (database_url := os.environ.get("DATABASE_URL")):
            postgres = Postgres(layout.var / "postgres", log=layout.logs / "postgres.log")
            with step("Starting PostgreSQL"):
                stack.enter_context(postgres)
                database_url = postgres.database("colophon")
            servers.append(postgres)
        if not (redis_url := os.environ.get("REDIS_URL")):
            valkey = Valkey(layout.var / "valkey", log=layout.logs / "valkey.log")
            with step("Starting Valkey"):
                stack.enter_context(valkey)
            servers.append(valkey)
            redis_url = valkey.url
        yield servers, {"DATABASE_URL": database_url, "REDIS_URL": redis_url}


def _prepare(environment: Mapping[str, str], invented: int) -> None:
    """It says itself how far it is, and why it cannot go on."""
    process = subprocess.Popen(
        [sys.executable, "-m", "dev.prepare", "--books", str(invented)],
        cwd=ROOT,
        env={"LOG_LEVEL": "WARNING", **environment},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=dying_with_parent(SIGTERM),
    )
    try:
        status = process.wait()
    except BaseException:
        end(process, SIGTERM)
        raise
    if status < 0:
        raise Problem(f"The preparation of the shop was killed by signal {-status}.")
    if status:
        sys.exit(status)


def _serve(
    supervisor: Supervisor,
    layout: Layout,
    port: int,
    sandbox_port: int,
    log_path: LogPath,
    began: float,
) -> None:
    address = f"http://{HOST}:{port}"
    with step("Opening the shop"):
        supervisor.add(_sandbox(layout, port, sandbox_port, supervisor.environment))
        supervisor.add(_web(layout, port))
        deadline = time.monotonic() + READY_SECONDS
        supervisor.watch_until(lambda: time.monotonic() > deadline or _is_ready(address))
        if not _is_ready(address):
            raise Problem(f"The shop did not become ready; the logs are in {layout.logs}.")
    # These after the pages, which somebody waits for.
    for name in ("worker", "clock"):
        supervisor.add(_program(layout, name, f"jobs.{name}"))
    log_path.open(supervisor)
    print(f"Ready after {time.monotonic() - began:.1f} s.")
    banner = BANNER.format(
        address=address, mails=layout.mails, logs=layout.logs, log_path=log_path.told
    )
    print(banner, flush=True)
    try:
        supervisor.watch_until(lambda: False)
    except KeyboardInterrupt:
        print("\nClosing the shop.", flush=True)


def _sandbox(
    layout: Layout, port: int, sandbox_port: int, environment: Mapping[str, str]
) -> Program:
    return _program(
        layout,
        "sandbox",
        "dev.yookassa_sandbox",
        *("--port", str(sandbox_port), "--db", str(layout.sandbox / "sandbox.sqlite3")),
        *("--webhook-url", f"http://{HOST}:{port}/api/v1/payments/yookassa/webhook"),
        *("--shop-id", environment["YOOKASSA_SHOP_ID"]),
        *("--secret-key", environment["YOOKASSA_SECRET_KEY"]),
    )


def _web(layout: Layout, port: int) -> Program:
    return _program(
        layout, "web", "gunicorn", "wsgi:app", "--bind", f"{HOST}:{port}", "--workers", "2"
    )


def _program(layout: Layout, name: str, module: str, *arguments: str) -> Program:
    return Program(name, [sys.executable, "-m", module, *arguments], layout.logs / f"{name}.log")


def _is_ready(address: str) -> bool:
    with requests.Session() as session:
        session.trust_env = False  # no proxy between us and this machine
        try:
            return session.get(f"{address}/readyz", timeout=5).status_code == 200
        except requests.RequestException:
            return False


if __name__ == "__main__":
    main()
