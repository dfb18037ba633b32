"""Pictures that lie on other servers, fetched for the staff."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from urllib.parse import urljoin

from flask_babel import lazy_gettext as _l
from urllib3 import BaseHTTPResponse
from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError, LocationParseError
from urllib3.util import Url, parse_url

from shop.errors import Invalid
from shop.gateways.public_addresses import OpenInternet
from shop.gateways.remote_lines import (
    Closed,
    Deadline,
    RemoteLines,
    Resolver,
    Unknown,
    resolve,
    trusted,
)

PORTS = {"http": 80, "https": 443}
MOST_REDIRECTS = 3
MOVED = (301, 302, 303, 307, 308)
PAGES = ("text/html", "application/xhtml+xml")
MISSING = (404, 410)
PIECE = 2**16  # bytes that are read at once


class RemotePictures:
    """Fetches pictures by their addresses. `seconds` is for all of it, redirects and names too;
    `public_url` tells the other server who asks."""

    def __init__(
        self,
        public_url: str,
        most_bytes: int,
        *,
        seconds: float = 15,
        reach: OpenInternet | None = None,
        resolver: Resolver = resolve,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.most_bytes = most_bytes
        self.seconds = seconds
        self.reach = reach or OpenInternet()
        self.lines = RemoteLines(self.reach, resolver, tls or trusted())
        self.headers = {
            "User-Agent": f"Colophon (+{public_url})",
            "Accept": "image/avif,image/webp,image/*;q=0.9,*/*;q=0.1",
            # A few packed bytes could be gigabytes.
            "Accept-Encoding": "identity",
            "Connection": "close",
        }

    def fetch(self, url: str) -> bytes:
        """What lies at this address; Invalid, with a sentence for whoever gave it, when it is none
        to go to or holds nothing that could be a picture."""
        deadline = Deadline(self.seconds)
        address = url.strip()
        for _ in range(MOST_REDIRECTS + 1):
            target = self._target(address)
            with _told_plainly(deadline), self._answer(target, deadline) as answer:
                moved = answer.headers.get("Location") if answer.status in MOVED else None
                if moved is None:
                    return self._body(answer, deadline)
                address = urljoin(target.url, moved)
        raise Invalid(_l("This address leads to another one too often. Give the last of them."))

    def _target(self, address: str) -> Url:
        """Where to go, if it is a place that may be gone to."""
        try:
            target = parse_url(address)
        except LocationParseError:
            target = Url()
        if target.scheme not in PORTS or not target.host:
            raise Invalid(
                _l("This is not the address of a picture on the web. Those begin with https://.")
            )
        if target.auth:
            raise Invalid(_l("This address holds a name and a password. Give one without them."))
        if not self.reach.port(_port(target)):
            raise Invalid(_l("Pictures are fetched from ports 80 and 443 alone."))
        return target

    @contextmanager
    def _answer(self, target: Url, deadline: Deadline) -> Iterator[BaseHTTPResponse]:
        name, port = (target.host or "").strip("[]"), _port(target)
        secure = target.scheme == "https"
        with self.lines.open(name, port, secure=secure, deadline=deadline) as line:
            connection = HTTPConnection(name, port, timeout=deadline.left())
            connection.sock = line
            connection.request(
                "GET",
                target.request_uri,
                headers={"Host": target.netloc or "", **self.headers},
                preload_content=False,
                decode_content=False,
            )
            with connection.getresponse() as answer:
                yield answer

    def _body(self, answer: BaseHTTPResponse, deadline: Deadline) -> bytes:
        self._check(answer)
        data = bytearray()
        for piece in answer.stream(PIECE, decode_content=False):
            data += piece
            if len(data) > self.most_bytes:
                raise self._too_large()
        # Where no length was told, the end of what was cut looks like any other.
        deadline.left()
        return bytes(data)

    def _check(self, answer: BaseHTTPResponse) -> None:
        """What its head tells."""
        if answer.status in MISSING:
            raise Invalid(
                _l("There is nothing at this address: the server answers %(n)s.", n=answer.status)
            )
        if answer.status != 200:
            raise Invalid(
                _l("The server does not give this picture: it answers %(n)s.", n=answer.status)
            )
        kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind in PAGES:
            raise Invalid(
                _l(
                    "This page is not a picture: it is %(kind)s. Open the picture by itself and"
                    " copy its address.",
                    kind=kind,
                )
            )
        if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise Invalid(_l("The server sends this picture packed. Save it and send the file."))
        length = answer.headers.get("Content-Length", "")
        if length.isdecimal() and int(length) > self.most_bytes:
            raise self._too_large()

    def _too_large(self) -> Invalid:
        return Invalid(
            _l(
                "The picture at this address is larger than %(n)s MiB.",
                n=self.most_bytes // 2**20,
            )
        )


def _port(target: Url) -> int:
    return target.port or PORTS[target.scheme or ""]


@contextmanager
def _told_plainly(deadline: Deadline) -> Iterator[None]:
    """The trouble of a connection as a sentence. Whatever it was, one that was cut was too slow."""
    try:
        yield
    except (OSError, ValueError, HTTPError, HTTPException, Unknown, Closed) as trouble:
        if deadline.passed or isinstance(trouble, TimeoutError):
            raise Invalid(
                _l("The server of this address took too long. Try again later.")
            ) from None
        raise Invalid(_sentence(trouble)) from None


def _sentence(trouble: Exception) -> object:
    match trouble:
        case Unknown():
            return _l("There is no server of this name. Check the address.")
        case Closed():
            return _l(
                "This address leads into a private network, where the shop fetches nothing. Save"
                " the picture and send the file."
            )
        case ssl.SSLCertVerificationError():
            return _l("The certificate of this server is not for this address, or not in order.")
        case _:
            return _l("The server of this address does not answer as it should.")
