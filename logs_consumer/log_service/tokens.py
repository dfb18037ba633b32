"""Who may ask: whoever has the token, or one that is still taken."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Sequence

from flask import Flask, request

from log_service.problems import unauthorised


def install(app: Flask, tokens: Sequence[str], open_to_all: Collection[str]) -> None:
    """`open_to_all` are endpoints."""

    def check() -> None:
        if request.endpoint is not None and request.endpoint not in open_to_all:
            given = request.authorization
            if given is None or given.type != "bearer" or not is_one_of(given.token or "", tokens):
                raise unauthorised()

    app.before_request(check)


def is_one_of(given: str, tokens: Sequence[str]) -> bool:
    """Takes the same time whatever is given, but for its length."""
    sent = given.encode()
    matches = [hmac.compare_digest(sent, token.encode()) for token in tokens]
    return any(matches)
