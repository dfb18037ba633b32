"""The headers of answers, as the document tells them."""

from __future__ import annotations

from typing import Any

from shop.api.operations import Operation
from shop.api.order_access import TOKEN_HEADER as ORDER_TOKEN_HEADER
from shop.api.repeats import REPLAYED
from shop.web.visitors import TOKEN_HEADER as CART_TOKEN_HEADER

# The standing of a limit: see shop/web/limit_standing.py.
COUNTED = {
    "RateLimit-Limit": ("integer", "So many requests of this class are admitted in its window."),
    "RateLimit-Remaining": ("integer", "So many are left."),
    "RateLimit-Reset": ("integer", "In so many seconds the next place becomes free."),
    "RateLimit-Policy": ("string", "The same limit, as newer versions of the draft write it."),
    "RateLimit": ("string", "What is left of it, as newer versions of the draft write it."),
}
OTHERS = {
    "ETag": ("string", "For If-Match and If-None-Match."),
    "Location": ("string", "The address of it."),
    CART_TOKEN_HEADER: ("string", "A guest's cart: send it along from now on."),
    ORDER_TOKEN_HEADER: ("string", "Opens the order for a guest."),
    REPLAYED: ("string", "`true` where this is the answer of the first time."),
    "Retry-After": ("integer", "Seconds to wait."),
    "WWW-Authenticate": ("string", "The scheme with which to say who one is."),
}
# Wherever they are told they are sent.
ALWAYS = {"Location", "Retry-After", "WWW-Authenticate"}
HEADERS: dict[str, dict[str, Any]] = {
    name: {
        "schema": {"type": kind},
        "description": text,
        **({"required": True} if name in ALWAYS else {}),
    }
    for name, (kind, text) in {**COUNTED, **OTHERS}.items()
}


def sent_with(said: Operation, status: int) -> dict[str, Any]:
    """The headers of the answer with this status, as references to HEADERS."""
    found = [*COUNTED, *(_of_failure(status) if status >= 400 else _of_success(said, status))]
    return {name: {"$ref": f"#/components/headers/{name}"} for name in found}


def _of_success(said: Operation, status: int) -> list[str]:
    tag = ["ETag"] if said.answer is not None else []
    if status != said.status:
        return tag
    return [*tag, *said.sends, *([REPLAYED] if said.keyed else [])]


def _of_failure(status: int) -> list[str]:
    return {401: ["WWW-Authenticate"], 429: ["Retry-After"], 503: ["Retry-After"]}.get(status, [])
