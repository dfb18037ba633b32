"""A server that takes what OpenTelemetry and Sentry send, and shows what it was."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import brotli
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

UNPACK: dict[str | None, Callable[[bytes], bytes]] = {
    None: bytes,
    "gzip": gzip.decompress,
    "br": brotli.decompress,
}


class Receiver:
    """`bodies` is what came, by path; open until `close`."""

    def __init__(self) -> None:
        self.bodies: list[tuple[str, bytes]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self.bodies))
        self._thread = Thread(target=self._server.serve_forever)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def dsn(self) -> str:
        return self.url.replace("http://", "http://a-public-key@") + "/7"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def spans(self) -> list[Any]:
        """Every span, in the order of arrival."""
        sent = [body for path, body in list(self.bodies) if path == "/v1/traces"]
        requests = [ExportTraceServiceRequest.FromString(body) for body in sent]
        return [
            span
            for request in requests
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]

    def reports(self) -> list[dict[str, Any]]:
        """Every event in the envelopes."""
        sent = [body for path, body in list(self.bodies) if path == "/api/7/envelope/"]
        items = [item for body in sent for item in _items(body)]
        return [json.loads(item) for kind, item in items if kind == "event"]

    def text(self) -> str:
        """All that came, for whoever looks for a word in it."""
        return "\n".join(body.decode("utf-8", "replace") for _, body in list(self.bodies))


def _items(envelope: bytes) -> list[tuple[str, bytes]]:
    """Kind and content: after a head, each item is two lines."""
    _, *lines = envelope.splitlines()
    return [
        (json.loads(head)["type"], content)
        for head, content in zip(lines[::2], lines[1::2], strict=False)
    ]


def _handler_of(bodies: list[tuple[str, bytes]]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            bodies.append((self.path, UNPACK[self.headers.get("Content-Encoding")](body)))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nobody reads it."""

    return Handler
