"""A log service as a test starts it, and records as the shop's programs write them."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import requests
from log_service.api import STORE
from log_service.app import create_app
from log_service.config import Config
from werkzeug.serving import make_server

TOKEN = "a token that only tests know"


def log_record(**given: Any) -> dict[str, Any]:
    """One record; `given` is put in the place of what nobody cares about."""
    at = given.pop("at", None) or datetime.now(UTC)
    return {
        "id": uuid.uuid4().hex,
        "time": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "level": "INFO",
        "logger": "shop.request",
        "message": "GET /books",
        "service": "web",
        "host": "first",
        **given,
    }


class RunningLogService:
    """The service's API on a port of its own."""

    def __init__(self, url: str) -> None:
        self.url = url

    def put(self, *records: dict[str, Any]) -> None:
        answer = requests.post(
            f"{self.url}/logs",
            json={"version": 1, "records": records},
            headers={"Authorization": f"Bearer {TOKEN}"},
            timeout=20,
        )
        assert answer.status_code == 201, answer.text


@contextmanager
def running_log_service(mongo_url: str) -> Iterator[RunningLogService]:
    """It serves until the block is left."""
    settings = {"amqp_url": "amqp://127.0.0.1", "mongo_url": mongo_url, "logs_token": TOKEN}
    app = create_app(Config.model_validate(settings))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield RunningLogService(f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        app.extensions[STORE].records.database.client.close()
