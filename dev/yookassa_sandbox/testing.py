"""What tests need beside a sandbox: a receiver of notifications, the payer, the controls."""

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, TypeVar

import requests
from yookassa import Configuration

from dev.yookassa_sandbox.server import RunningSandbox

Found = TypeVar("Found")
DEADLINE = 10.0  # seconds


def wait_until(condition: Callable[[], Found], deadline: float = DEADLINE) -> Found:
    """What ``condition`` returns as soon as that is true. Raises AssertionError in the end."""
    end = time.monotonic() + deadline
    while not (found := condition()):
        assert time.monotonic() < end, f"not so within {deadline} s"
        time.sleep(0.01)
    return found


def configure_sdk(sandbox: RunningSandbox) -> None:
    """Point the SDK's global configuration at ``sandbox``."""
    settings = sandbox.settings
    Configuration.configure(settings.shop_id, settings.secret_key, api_url=sandbox.api_url)


def pay(confirmation_url: str, outcome: str = "succeed") -> str:
    """Press a button of the payment page: ``succeed``, ``decline``, ``fail-3ds`` or ``leave``.

    Returns where the page sends the payer then.
    """
    answer = requests.post(f"{confirmation_url}/{outcome}", timeout=DEADLINE, allow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def control(sandbox: RunningSandbox, **settings: Any) -> dict[str, Any]:
    """Set ``settings`` (see :mod:`control`), and return the sandbox's state."""
    answer = requests.post(f"{sandbox.url}/_control", json=settings, timeout=DEADLINE)
    assert answer.status_code == 200, answer.text
    return _as_object(answer)


def state(sandbox: RunningSandbox) -> dict[str, Any]:
    """The sandbox's settings and counts."""
    return _as_object(requests.get(f"{sandbox.url}/_control", timeout=DEADLINE))


def _as_object(answer: requests.Response) -> dict[str, Any]:
    found = answer.json()
    assert isinstance(found, dict)
    return found


class NotificationReceiver:
    """An HTTP server in the place of the shop's webhook.

    It answers with the statuses put in ``answers``, one after another, and then with 200.
    ``received`` has every notification that came, confirmed or not.
    """

    def __init__(self) -> None:
        self.received: list[dict[str, Any]] = []
        self.answers: list[int] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                size = int(self.headers["Content-Length"])
                status = receiver._take(json.loads(self.rfile.read(size)))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Not logged."""

        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self.url = f"http://127.0.0.1:{self._server.server_port}/webhook"

    def _take(self, notification: dict[str, Any]) -> int:
        with self._lock:
            self.received.append(notification)
            return self.answers.pop(0) if self.answers else 200

    def events(self) -> list[str]:
        """The names of the events received, in order."""
        with self._lock:
            return [notification["event"] for notification in self.received]

    def wait_for(self, count: int) -> list[dict[str, Any]]:
        """The notifications received, once there are ``count`` of them."""
        wait_until(lambda: len(self.received) >= count)
        return list(self.received)

    def __enter__(self) -> "NotificationReceiver":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
