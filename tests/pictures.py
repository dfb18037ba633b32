"""Pictures to send, and as they come back."""

from __future__ import annotations

import io

import requests
from PIL import Image as Pillow

from shop.services.registry import Services
from tests.visitor import Visitor


def picture(colour: str = "white", size: tuple[int, int] = (400, 600)) -> bytes:
    """A PNG; another colour is another picture."""
    out = io.BytesIO()
    Pillow.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def fetched(visitor: Visitor, address: str) -> tuple[int, str, bytes]:
    """What a browser gets for it, wherever it is sent: status, media type, bytes."""
    answer = visitor.get(address.removeprefix("http://localhost"))
    if answer.status_code != 302:
        return answer.status_code, answer.mimetype, answer.data
    there = requests.get(answer.headers["Location"], timeout=10)
    return there.status_code, there.headers["Content-Type"], there.content


def deliver_all(services: Services) -> None:
    """What a worker would do about pictures: make sizes, and delete files that nobody needs."""
    while services.outbox.deliver_picture() is not None:
        pass
