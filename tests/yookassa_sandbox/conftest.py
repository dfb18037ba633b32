"""A sandbox for each test: in memory with a clock to turn forward, or on a port."""

from __future__ import annotations

import errno
import itertools
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from flask.testing import FlaskClient
from werkzeug.test import TestResponse
from yookassa import Configuration

from dev.yookassa_sandbox.app import create_app, sandbox_of
from dev.yookassa_sandbox.server import RunningSandbox
from dev.yookassa_sandbox.settings import Settings
from dev.yookassa_sandbox.testing import DEADLINE, NotificationReceiver, configure_sdk, pay

SHOP = ("506751", "test_secret-of-the-shop")

WANTED = {
    "amount": {"value": "499.00", "currency": "RUB"},
    "confirmation": {"type": "redirect", "return_url": "https://shop.example/return"},
}


class TurnableClock:
    """Stands still until it is turned forward."""

    def __init__(self) -> None:
        self.now = datetime(2025, 3, 1, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **time: float) -> None:
        self.now += timedelta(**time)


class Api:
    """What a shop can ask over HTTP, as JSON and without the SDK."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.keys = (f"key-{number}" for number in itertools.count())

    def post(self, path: str, body: Any = None, key: str | None = None) -> TestResponse:
        headers = {"Idempotence-Key": key or next(self.keys), "Content-Type": "application/json"}
        return self.client.post(f"/v3{path}", json=body, headers=headers, auth=SHOP)

    def get(self, path: str, **query: str | int) -> TestResponse:
        return self.client.get(f"/v3{path}", query_string=query, auth=SHOP)

    def press(self, payment: dict[str, Any], outcome: str = "succeed") -> TestResponse:
        """A button of the payment page."""
        return self.client.post(f"/checkout/{payment['id']}/{outcome}")

    def again(self, payment: dict[str, Any]) -> dict[str, Any]:
        """The payment as it is now."""
        return self.get(f"/payments/{payment['id']}").json

    def create(self, **changes: Any) -> dict[str, Any]:
        """A payment that waits for its payer."""
        answer = self.post("/payments", self.wanted(**changes))
        assert answer.status_code == 200, answer.text
        return answer.json

    def held(self, **changes: Any) -> dict[str, Any]:
        """A payment whose money is held."""
        payment = self.create(**changes)
        self.press(payment)
        return self.again(payment)

    def paid(self, **changes: Any) -> dict[str, Any]:
        """A payment whose money is taken."""
        return self.held(capture=True, **changes)

    @staticmethod
    def wanted(**changes: Any) -> dict[str, Any]:
        """A request for a payment; a change to None leaves the field out."""
        body = WANTED | changes
        return {name: value for name, value in body.items() if value is not None}

    @staticmethod
    def refusal(answer: TestResponse) -> tuple[int, str, str | None]:
        """Status, code and parameter of an error, whose shape is checked on the way."""
        error = answer.json
        assert error["type"] == "error"
        assert len(error["id"]) == 36
        assert error["description"]
        return answer.status_code, error["code"], error.get("parameter")


class HttpApi:
    """The same of a sandbox on a port."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        self.sandbox = sandbox
        self.url = sandbox.api_url

    def post(self, path: str, body: Any = None, key: str = "k") -> requests.Response:
        headers = {"Idempotence-Key": key, "Content-Type": "application/json"}
        return requests.post(
            self.url + path, json=body or {}, headers=headers, auth=SHOP, timeout=DEADLINE
        )

    def get(self, path: str) -> requests.Response:
        return requests.get(self.url + path, auth=SHOP, timeout=DEADLINE)

    def create(self, key: str = "k", **changes: Any) -> dict[str, Any]:
        """A payment that waits for its payer."""
        answer = self.post("/payments", WANTED | changes, key)
        assert answer.status_code == 200, answer.text
        return answer.json()

    @staticmethod
    def press(payment: dict[str, Any], outcome: str = "succeed") -> str:
        """A button of the payment page; answers where that leads to."""
        return pay(payment["confirmation"]["confirmation_url"], outcome)


Running = Callable[..., AbstractContextManager[HttpApi]]


@pytest.fixture
def clock() -> TurnableClock:
    return TurnableClock()


@pytest.fixture
def api(clock: TurnableClock) -> Iterator[Api]:
    """A sandbox without a port and without webhooks."""
    app = create_app(Settings(*SHOP), clock)
    with app.test_client() as client:
        yield Api(client)
    sandbox_of(app).close()


@pytest.fixture
def receiver() -> Iterator[NotificationReceiver]:
    with NotificationReceiver() as receiver:
        yield receiver


@pytest.fixture
def running(clock: TurnableClock) -> Running:
    """Starts a sandbox on a port: `with running(webhook_url=...) as http`."""

    @contextmanager
    def run(**settings: Any) -> Iterator[HttpApi]:
        with RunningSandbox(Settings(*SHOP, **settings), clock=clock) as sandbox:
            yield HttpApi(sandbox)

    return run


@pytest.fixture
def http(running: Running, receiver: NotificationReceiver) -> Iterator[HttpApi]:
    """A sandbox on a port, whose notifications go to `receiver`."""
    with running(webhook_url=receiver.url, retry_after=(10, 60)) as http:
        yield http


@pytest.fixture
def sandbox(http: HttpApi) -> RunningSandbox:
    return http.sandbox


@pytest.fixture
def sdk(sandbox: RunningSandbox) -> Iterator[None]:
    """The SDK speaks to `sandbox`. Its configuration is global, so it is taken back."""
    configure_sdk(sandbox)
    yield
    Configuration.configure(None, None)


@pytest.fixture
def refuses() -> Callable[[str], bool]:
    """Whether nobody listens at an address."""

    def ask(url: str) -> bool:
        parts = urlsplit(url)
        with socket.socket() as caller:
            return caller.connect_ex((parts.hostname, parts.port)) == errno.ECONNREFUSED

    return ask
