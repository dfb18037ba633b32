"""Idempotency-Key: a POST that is sent again gets the answer of the first time."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from typing import Any

from flask import Response, request
from flask_login import current_user
from werkzeug.exceptions import HTTPException

from shop.api.order_access import TOKEN_HEADER as ORDER_TOKEN_HEADER
from shop.errors import FieldError, Invalid, PaymentUnavailable, ShopError
from shop.repositories.kept_answers import KeptAnswer
from shop.web.addresses import neighbourhood
from shop.web.services import services
from shop.web.visitors import TOKEN_HEADER, guest_cart_id, keep_cart_of

HEADER, REPLAYED = "Idempotency-Key", "Idempotency-Replayed"
# Long enough that two clients never make the same one.
SHORTEST, LONGEST = 16, 128
KEPT_HEADERS = (
    *("Content-Type", "Location", "ETag", "Cache-Control", "Vary"),
    *(TOKEN_HEADER, ORDER_TOKEN_HEADER),
)


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
        except (ShopError, HTTPException) as error:
            if _left_nothing(error):
                services.repeats.forget(key)
            raise
        services.repeats.finish(key, _kept(fingerprint, response))
        return response

    return run


def refuse_key() -> None:
    """Invalid where a key is sent that is not read: its sender would count on what is not done."""
    if HEADER in request.headers:
        message = f"{HEADER} is not read here: sent again, this is done again. Leave it out."
        raise Invalid(message, (FieldError(HEADER, message),))


def sender() -> str:
    """Whose request it is: an account's, a guest's with a cart, or whoever's comes from there.

    A stranger is told from others by address and browser: programs that choose the same key as
    another, who has no cart either, must not get the answer of that one, with the token of a cart.
    """
    if current_user.is_authenticated:
        return f"user {current_user.id}"
    if (cart := guest_cart_id()) is not None:
        return f"guest {cart}"
    return f"stranger {neighbourhood()} {request.user_agent.string}"


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


def _left_nothing(error: ShopError | HTTPException) -> bool:
    """Whether the request may be done again at once.

    A part that stopped answering may have done so after the work was kept: the key stays taken
    until nobody can be at work on it. Paying is safe to repeat.
    """
    status = error.status if isinstance(error, ShopError) else error.code or 500
    return status < 500 or isinstance(error, PaymentUnavailable)


def _again(kept: KeptAnswer) -> Response:
    response = Response(kept.body, kept.status)
    for name, value in kept.headers:
        response.headers[name] = value
        if name == TOKEN_HEADER:
            keep_cart_of(value)
    response.headers[REPLAYED] = "true"
    return response
