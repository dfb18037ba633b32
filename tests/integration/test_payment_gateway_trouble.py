"""The payment gateway and what goes wrong between it and the provider."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from dev.yookassa_sandbox.testing import wait_until
from shop.errors import PaymentUnavailable
from shop.gateways.payments import PaymentRequest, ReceiptItem, YooKassa
from shop.gateways.yookassa_calls import Client

PRICE = Decimal("499.00")
WANTED = PaymentRequest(
    amount=PRICE,
    currency="RUB",
    description="Colophon 7",
    return_url="https://shop.example/orders/7/return",
    email="reader@example.org",
    items=(ReceiptItem("A book", 1, PRICE, 3),),
    reference={},
)
PAYMENT = "2f55b340-000f-5000-8000-edf73e76a623"


def gateway_at(url: str, timeout: float = 10) -> YooKassa:
    return YooKassa("506751", "test_secret-of-the-shop", url, timeout)


def unavailable(call: Callable[[], object], *, unknown: bool) -> str:
    """The reason that the log gets."""
    with pytest.raises(PaymentUnavailable) as problem:
        call()
    assert problem.value.unknown is unknown
    return str(problem.value)


@contextmanager
def answering(write: Callable[[Any], None]) -> Iterator[str]:
    """The address of a server that answers everything with what `write` writes."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def do_GET(self) -> None:
            self.close_connection = True
            write(self.wfile)

        def log_message(self, *_: object) -> None:
            """Not logged."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v3"
        finally:
            server.shutdown()
            thread.join()


def http(status: str, body: str, kind: str = "application/json") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body.encode())}"
    return f"{head}\r\n\r\n{body}".encode()


def test_a_refused_connection_says_so():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v3"
    gateway = gateway_at(url)
    reason = unavailable(lambda: gateway.create(WANTED, "key"), unknown=True)
    assert "ConnectionRefusedError" in reason
    unavailable(lambda: gateway.read(PAYMENT), unknown=False)


def test_the_reason_is_that_of_this_call_also_while_another_error_is_handled():
    with answering(lambda out: out.write(http("502 Bad Gateway", "<h1>no</h1>"))) as url:
        gateway = gateway_at(url)
        try:
            raise ValueError("something before")
        except ValueError:
            reason = unavailable(lambda: gateway.read(PAYMENT), unknown=False)
    assert "502" in reason
    assert "before" not in reason


UNREADABLE = {
    "a proxy's page": http("502 Bad Gateway", "<html>nginx</html>", "text/html"),
    "an empty page": http("503 Service Unavailable", ""),
    "too many": http("429 Too Many Requests", '{"type": "error", "code": "too_many_requests"}'),
    "a login page": http("200 OK", "<html>log in to this network</html>", "text/html"),
    "a list": http("200 OK", "[]"),
    "an empty object": http("200 OK", "{}"),
    "an unknown status": http("200 OK", '{"id": "1", "status": "x", "amount": {"value": "1.00"}}'),
    "nothing": b"",
    "half an answer": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
    "no HTTP": b"SSH-2.0-OpenSSH_9.2\r\n",
}


@pytest.mark.parametrize("answer", UNREADABLE.values(), ids=list(UNREADABLE))
def test_an_answer_that_cannot_be_read_leaves_the_outcome_unknown(answer):
    with answering(lambda out: out.write(answer)) as url:
        gateway = gateway_at(url)
        unavailable(lambda: gateway.create(WANTED, "key"), unknown=True)
        unavailable(lambda: gateway.refund(PAYMENT, PRICE, "RUB", "key"), unknown=True)
        unavailable(lambda: gateway.read(PAYMENT), unknown=False)


@pytest.mark.parametrize("status", ["400 Bad", "401 Who", "403 No", "404 Not Found", "410 Gone"])
def test_a_refusal_of_a_change_is_known(status):
    with answering(lambda out: out.write(http(status, '{"type": "error"}'))) as url:
        gateway = gateway_at(url)
        unavailable(lambda: gateway.create(WANTED, "key"), unknown=False)
        unavailable(lambda: gateway.cancel(PAYMENT, "key"), unknown=False)


@pytest.mark.parametrize("api_url", ["https://api.yookassa.ru/v3", "http://127.0.0.1:1/v3"])
def test_nothing_is_repeated_behind_the_back_of_the_shop(api_url):
    # The SDK's own session repeats a POST over https that was answered with 202.
    with Client("1", "secret", api_url, 10).get_session() as session:
        assert session.get_adapter(api_url).max_retries.total == 0
        assert session.trust_env is api_url.startswith("https")


def no_call_goes_on() -> bool:
    return "yookassa-call" not in {thread.name for thread in threading.enumerate()}


@pytest.mark.parametrize(
    "head",
    [b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\n\r\n"],
    ids=["header", "body"],
)
def test_an_answer_in_drips_does_not_hold_a_call(head):
    enough, ended = threading.Event(), threading.Event()

    def drip(out: Any) -> None:
        out.write(head)
        for _ in range(100):
            out.write(b" ")
            if enough.wait(0.1):
                return
        ended.set()

    with answering(drip) as url:
        gateway = gateway_at(url, timeout=0.5)
        reason = unavailable(lambda: gateway.create(WANTED, "key"), unknown=True)
        assert "no answer within 0.5 s" in reason
        assert not ended.is_set()
        enough.set()
    # The thread that was left with the call ends with the connection.
    wait_until(no_call_goes_on)


def test_the_thread_of_a_call_does_not_wait_for_ever_where_nothing_comes():
    heard = threading.Event()
    with answering(lambda _: heard.wait(60)) as url:
        gateway = gateway_at(url, timeout=0.3)
        unavailable(lambda: gateway.create(WANTED, "key"), unknown=True)
        wait_until(no_call_goes_on)
        heard.set()
