"""haproxy before several web processes, configured as docs/deploy.md recommends."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from signal import SIGTERM

import requests

from dev.problems import Problem, tail_of
from dev.processes import end, spawn

SETTINGS = """\
global
    maxconn 2000

defaults
    mode http
    timeout connect 1s
    timeout client 60s
    timeout server 60s
    # A busy process is not a dead one: it has time to answer the check.
    timeout check 5s
    timeout http-request 10s
    timeout http-keep-alive 15s
    # Shoppers keep their connection. Each request goes to a web process on one of its own: none
    # is sent on one that is just being closed for idleness.
    option http-server-close
    option http-buffer-request
    option forwardfor
    # Who cannot be reached has not begun: another is asked, whatever the request is. One that was
    # cut off may have been half done: only what changes nothing is asked again.
    retries 3
    option redispatch 1
    retry-on conn-failure empty-response
    default-server check inter 1s fall 2 rise 1 on-marked-down shutdown-sessions

frontend shop
    bind {bind}
    http-request disable-l7-retry unless {{ method GET HEAD }}
    default_backend web

backend web
    balance leastconn
    option httpchk
    http-check send meth GET uri /readyz hdr Host {host}
    http-check expect status 200
{servers}
"""


@contextmanager
def proxy(folder: Path, bind: str, servers: Mapping[str, str]) -> Iterator[None]:
    """haproxy at `bind` before `servers`, name and address."""
    lines = [f"    server {name} {address}" for name, address in servers.items()]
    settings = SETTINGS.format(bind=bind, host=bind, servers="\n".join(lines))
    with _running(folder, "proxy", settings) as log:
        _wait_for(f"http://{bind}/readyz", log)
        yield


@contextmanager
def relay(folder: Path, ports: Mapping[str, str]) -> Iterator[None]:
    """Pass on what comes to the first address of each pair to the second, whatever it is."""
    settings = "defaults\n    mode tcp\n    timeout connect 1s\n    timeout client 1h\n"
    settings += "    timeout server 1h\n"
    for number, (bind, target) in enumerate(ports.items()):
        settings += f"listen {number}\n    bind {bind}\n    server only {target}\n"
    with _running(folder, "relay", settings):
        yield


@contextmanager
def _running(folder: Path, name: str, settings: str) -> Iterator[Path]:
    """haproxy; where its log is."""
    if not (program := shutil.which("haproxy", path="/usr/sbin:/usr/bin:/sbin:/bin")):
        raise Problem("haproxy is not installed: apt-get install haproxy")
    written, log = folder / f"{name}.cfg", folder / f"{name}.log"
    written.write_text(settings)
    process = spawn([program, "-db", "-f", written], log)
    try:
        yield log
    finally:
        end(process, SIGTERM)


def _wait_for(address: str, log: Path) -> None:
    deadline = time.monotonic() + 30
    with requests.Session() as session:
        session.trust_env = False
        while time.monotonic() < deadline:
            try:
                if session.get(address, timeout=5).status_code == 200:
                    return
            except requests.RequestException:
                pass
            time.sleep(0.1)
    raise Problem(f"the proxy does not answer; {log} ends:\n{tail_of(log)}")
