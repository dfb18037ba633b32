"""A web process that is to stop loses nobody, and one that is told to loads the new code."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from signal import SIGHUP, SIGTERM
from urllib.parse import urlsplit

import pytest
import requests
from redis import Redis

from dev.processes import dying_with_parent, end
from dev.yookassa_sandbox.testing import wait_until
from shop.config import Config
from shop.repositories.log_spool import LogSpool
from tests.live_shop import ROOT

SECONDS = 40


class Web:
    def __init__(self, url: str, process: subprocess.Popen[bytes], folder: Path) -> None:
        self.url = url
        self.process = process
        self.folder = folder

    def status(self, path: str = "/") -> int:
        """On a connection of its own; 0 where none was had."""
        try:
            return requests.get(self.url + path, timeout=SECONDS).status_code
        except requests.ConnectionError:
            return 0

    def version(self) -> str:
        return requests.get(self.url, timeout=SECONDS).text


@contextmanager
def served(folder: Path, drain: int, redis_url: str = "") -> Iterator[Web]:
    """`redis_url` is of the spool that records go into."""
    (folder / "version").write_text("old")
    with (
        (folder / "web.log").open("w") as output,
        socket.create_server(("127.0.0.1", 0), backlog=64) as listener,
    ):
        url = "http://{}:{}".format(*listener.getsockname())
        command = [sys.executable, "-m", "gunicorn", "tests.releases.small:app"]
        process = subprocess.Popen(
            [*command, "--bind", f"fd://{listener.fileno()}", "--workers", "1"],
            cwd=ROOT,
            env=os.environ
            | {
                "SMALL_FOLDER": str(folder),
                "SMALL_REDIS_URL": redis_url,
                "DRAIN_SECONDS": str(drain),
            },
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=[listener.fileno()],
            preexec_fn=dying_with_parent(SIGTERM),
        )
    web = Web(url, process, folder)
    try:
        wait_until(lambda: web.status() == 200, SECONDS)
        yield web
    finally:
        end(process)


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    with served(tmp_path, drain=2) as web:
        yield web


def test_a_process_serves_on_until_the_proxy_has_noticed_and_finishes_what_it_began(web):
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(web.status, "/slow")
        wait_until((web.folder / "begun").exists, SECONDS)
        web.process.send_signal(SIGTERM)
        # It says so, and answers all the same.
        wait_until(lambda: web.status() == 503, SECONDS)
        assert web.version() == "old"
        # Nobody new is taken in the end; who is inside may finish.
        wait_until(lambda: _is_closed(web.url), SECONDS)
        assert not slow.done()
        assert web.process.poll() is None
        (web.folder / "go on").touch()
        assert slow.result(SECONDS) == 503
    assert web.process.wait(SECONDS) == 0


def _is_closed(url: str) -> bool:
    """Whether a connection is not taken any more, or taken by nobody who reads."""
    try:
        requests.get(url, timeout=0.3)
    except requests.RequestException:
        return True
    return False


def test_what_a_process_wrote_last_is_in_the_spool(tmp_path, redis_url):
    """Also that of a request that ended when nobody new was taken in any more."""
    with (
        Redis.from_url(redis_url, decode_responses=True) as redis,
        served(tmp_path, drain=1, redis_url=redis_url) as web,
        ThreadPoolExecutor(1) as pool,
    ):
        redis.flushdb()
        slow = pool.submit(web.status, "/slow")
        wait_until((web.folder / "begun").exists, SECONDS)
        for number in range(20):
            assert web.status(f"/{number}") == 200
        web.process.send_signal(SIGTERM)
        wait_until(lambda: _is_closed(web.url), SECONDS)
        (web.folder / "go on").touch()
        assert slow.result(SECONDS) == 503
        assert web.process.wait(SECONDS) == 0
        records = [json.loads(line) for line in LogSpool(redis, 1000).oldest(1000, 1 << 20).lines]
    told = [each["message"] for each in records if each["logger"] == "small"]
    assert set(told) >= {"answered /slow", *(f"answered /{number}" for number in range(20))}


UNREADABLE = (
    b"GET / HTTP/1.1\r\nanna@example.org +7 916: x\r\n\r\n",
    b"ANNA@example.org / HTTP/1.1\r\n\r\n",
    b"POST /read?email=anna@example.org HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"anna@example.org\r\n",
)


def test_gunicorn_itself_tells_nothing_of_what_it_was_sent(tmp_path, redis_url):
    with served(tmp_path, drain=1, redis_url=redis_url) as web:
        address = urlsplit(web.url)
        for sent in UNREADABLE:
            with socket.create_connection((str(address.hostname), address.port or 0)) as asking:
                asking.sendall(sent)
                asking.settimeout(SECONDS)
                while asking.recv(4096):
                    pass
        log = tmp_path / "web.log"
        wait_until(lambda: log.read_text().count("cannot be read") >= len(UNREADABLE), SECONDS)
        assert "anna" not in log.read_text().lower()


def test_who_cannot_wait_sends_the_signal_twice(tmp_path):
    with served(tmp_path, drain=20) as web:
        web.process.send_signal(SIGTERM)
        wait_until(lambda: web.status() == 503, SECONDS)
        web.process.send_signal(SIGTERM)
        assert web.process.wait(15) == 0


def test_a_reload_takes_the_new_code_and_refuses_nobody(web):
    (web.folder / "version").write_text("new")
    answers = [web.version()]
    web.process.send_signal(SIGHUP)
    while answers[-1] != "new":
        answers.append(web.version())
    assert set(answers) == {"old", "new"}
    assert (web.folder / "warmed up").exists()


def test_gunicorn_waits_as_long_as_the_settings_say():
    conf = (ROOT / "gunicorn.conf.py").read_text()
    default = Config.model_fields["drain_seconds"].default
    assert f'int(os.environ.get("DRAIN_SECONDS") or {default})' in conf
