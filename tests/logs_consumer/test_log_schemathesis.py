"""Schemathesis reads the service's document, sends what it allows and what not, checks answers."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from signal import SIGTERM
from typing import Any

import pytest
import requests
from log_service.config import Config
from log_service.store import LogStore

from dev.yookassa_sandbox.testing import wait_until
from tests.logs_consumer.conftest import TOKEN
from tests.logs_consumer.parts import PATIENCE, process
from tests.logs_consumer.samples import record, records

SCHEMATHESIS = Path(sys.executable).parent / "schemathesis"
HOOKS = Path(__file__).with_name("hooks.py")
EXAMPLES = 2
SETTINGS = f"""
hooks = {json.dumps(str(HOOKS))}
auth.openapi.token.bearer = "{TOKEN}"
checks.positive_data_acceptance.expected-statuses = ["2xx", 409, 422]
checks.negative_data_rejection.expected-statuses = ["4xx"]
checks.missing_required_header.expected-statuses = [400, 401, 403, 406, 415, 422]
# The edges of what can be asked are tried on one of the two that take the same; a batch has too
# many for each run.
[[operations]]
include-operation-id = ["stats", "store"]
phases.coverage.enabled = false
"""


@pytest.fixture
def url(config: Config, store: LogStore, tmp_path: Path) -> Iterator[str]:
    """The service as a host runs it, with two processes."""
    store.write([*records(5), record(level="ERROR", order="C-1", user_id=1)])
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    served = ["-m", "gunicorn", "log_service.wsgi:app", "--workers", "2"]
    served += ["--bind", f"127.0.0.1:{port}"]
    url = f"http://127.0.0.1:{port}"
    log = tmp_path / "web.log"
    with process(config, log, served) as server:
        wait_until(lambda: _answers(url), PATIENCE)
        yield url
        # The processes add up what each has counted.
        told = requests.get(f"{url}/metrics", headers=_bearer(), timeout=PATIENCE)
        assert "log_api_requests_total" in told.text
        server.send_signal(SIGTERM)
        assert server.wait(PATIENCE) == 0
    assert '"ERROR"' not in log.read_text()


def _bearer() -> dict[str, str]:
    return {"Authorization": f"Bearer {TOKEN}"}


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/healthz", timeout=PATIENCE).ok
    except requests.ConnectionError:
        return False


def test_every_answer_is_one_that_the_document_tells(url: str, tmp_path: Path) -> None:
    (tmp_path / "schemathesis.toml").write_text(SETTINGS)
    report = tmp_path / "report.json"
    command: list[str | Path] = [SCHEMATHESIS, "run", f"{url}/openapi.json", "--checks", "all"]
    command += ["--generation-deterministic", "--max-examples", str(EXAMPLES), "--no-color"]
    command += ["--report", "json", "--report-json-path", report]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    told: dict[str, Any] = json.loads(report.read_text())
    # All but the document itself.
    assert told["operations"]["tested"] == 6
