"""Idempotency-Key: a POST that is sent again gets the answer of the first time."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from typing import Any

from flask import Response, request
from flask_login import current_user

from shop.errors import FieldError, Invalid
from shop.repositories.kept_answers import KeptAnswer
from shop.web.services import services
from shop.web.visitors import TOKEN_HEADER, guest_cart_id

HEADER = "Idempotency-Key"
# Long enough that two clients never make the same one.
SHORTEST, LONGEST = 16, 128
KEPT_HEADERS = ("Content-Type", "Location", "ETag", TOKEN_HEADER)


def idempotency_key() -> str | None:
    """The key of this request; Invalid where it is too short to be anybody's own."""
    key = request.headers.get(HEADER)
    if key is not None and not SHORTEST <= len(key) <= LONGEST:
        message = f"{HEADER} has {SHORTEST} to {LONGEST} characters; a UUID will do."
        raise Invalid(message, (FieldError(HEADER, message),))
    return key


def once(view: Callable[..., Response]) -> Callable[..., Response]:
    """Keep the answer of a POST under its key, for whoever sent it."""

    @functools.wraps(view)
    def run(**path: Any) -> Response:
        given = idempotency_key()
        if given is None:
            return view(**path)
        key = digest_of(sender(), request.method, request.path, given)
        fingerprint = digest_of(request.query_string, request.get_data())
        before = services.repeats.begin(key, fingerprint)
        if before is not None:
            return _again(before)
        try:
            response = view(**path)
        except Exception:
            services.repeats.forget(key)
            raise
        services.repeats.finish(key, _kept(fingerprint, response))
        return response

    return run


def sender() -> str:
    """Whose request it is: an account's, or a guest's with a cart."""
    if current_user.is_authenticated:
        return f"user {current_user.id}"
    return f"guest {guest_cart_id() or ''}"


def digest_of(*parts: str | bytes) -> str:
    """One name for all of it together."""
    taken = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else part.encode()
        taken.update(len(data).to_bytes(8, "big") + data)
    return taken.hexdigest()


def _kept(fingerprint: str, response: Response) -> KeptAnswer:
    headers = [(n, v) for n, v in response.headers.items() if n in KEPT_HEADERS]
    body = response.get_data(as_text=True)
    return KeptAnswer(fingerprint, response.status_code, tuple(headers), body)


def _again(kept: KeptAnswer) -> Response:
    response = Response(kept.body, kept.status)
    for name, value in kept.headers:
        response.headers[name] = value
    response.headers["Idempotency-Replayed"] = "true"
    return response
