"""A web server that is far away, as a picture's address may lead to: it does as its path says."""

from __future__ import annotations

import contextlib
import datetime
import gzip
import json
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import unquote

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.pictures import picture

MOST_BYTES = 2**20


class FarServer(ThreadingHTTPServer):
    """`seen` are the requests that came, path and headers."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.ending = threading.Event()

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever hangs up does so on purpose here."""


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FarServer

    def do_GET(self) -> None:
        self.server.seen.append((self.path, dict(self.headers)))
        self.close_connection = True
        name, _, rest = self.path.removeprefix("/").partition("/")
        getattr(self, f"_{name}")(rest)

    def log_message(self, *_: object) -> None:
        pass

    def _head(self, status: int = 200, **headers: object) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def _picture(self, _: str) -> None:
        self._head(Content_Type="image/png", Content_Length=len(picture()))
        self.wfile.write(picture())

    def _status(self, status: str) -> None:
        self._head(int(status), Content_Length=0)

    def _problem(self, rest: str) -> None:
        code, _, _ = rest.partition("/")
        self._head(503, Content_Type="application/problem+json")
        self.wfile.write(json.dumps({"status": 503, "code": code}).encode())

    def _to(self, place: str) -> None:
        self._head(302, Location=unquote(place), Content_Length=0)

    def _circle(self, turn: str) -> None:
        self._to(f"/circle/{int(turn) + 1}")

    def _page(self, _: str) -> None:
        self._head(Content_Type="text/HTML; charset=utf-8")
        self.wfile.write(b"<!doctype html>")

    def _packed(self, _: str) -> None:
        self._head(Content_Type="image/png", Content_Encoding="gzip")
        self.wfile.write(gzip.compress(bytes(2**24)))

    def _half(self, _: str) -> None:
        self._head(Content_Type="image/png", Content_Length=len(picture()) + 100)
        self.wfile.write(picture())

    def _claims(self, length: str) -> None:
        self._head(Content_Type="image/png", Content_Length=length)

    def _endless(self, _: str) -> None:
        self._head(Content_Type="image/png")
        while not self.server.ending.is_set():
            self.wfile.write(bytes(2**16))

    def _drip(self, _: str) -> None:
        self._head(Content_Type="image/png", Content_Length=2**16)
        self._drop()

    def _headers(self, _: str) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        self._drop()

    def _silence(self, _: str) -> None:
        self.server.ending.wait()

    def _nonsense(self, _: str) -> None:
        self.wfile.write(b"SSH-2.0-OpenSSH_9.6\r\n")

    def _drop(self) -> None:
        """A byte now and then, each long before anybody would lose patience with it."""
        while not self.server.ending.wait(0.02):
            self.wfile.write(b"x")
            self.wfile.flush()


@contextlib.contextmanager
def far_server(tls: ssl.SSLContext | None = None) -> Iterator[FarServer]:
    with FarServer() as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.ending.set()
        server.shutdown()
        thread.join()


def certificate(folder: Path, *names: str) -> Path:
    """Of a server with these names, signed by itself; its key is in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0])])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([_named(each) for each in names]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        signed.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


def _named(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)
