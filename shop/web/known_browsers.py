"""Browsers in which somebody has logged in to an account: a signed cookie that names neither.

It opens nothing. Guesses at the account's password are counted apart for such a browser, so that
strangers who guess on do not keep its owner out:
https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from flask import Flask, Response, g, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from shop.web.services import config

COOKIE = "known"
LIFE = timedelta(days=180)
# A family shares a browser; more than so many accounts are not one.
MOST = 5


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(config.signing_keys, salt="known-browser")


def _known() -> dict[str, str]:
    """For each account that is known here, by a digest, the random name of this browser."""
    try:
        found = _serializer().loads(
            request.cookies.get(COOKIE, ""), max_age=int(LIFE.total_seconds())
        )
    except BadSignature:
        return {}
    return found if isinstance(found, dict) else {}


def _digest(account: str) -> str:
    return hashlib.sha256(f"known {account}".encode("utf-8", "replace")).hexdigest()[:16]


def of(account: str) -> str | None:
    """This browser's name for the account; None where nobody has logged in to it here."""
    return _known().get(_digest(account))


def remember(account: str) -> None:
    """Somebody has just shown that it is theirs."""
    others = [(name, value) for name, value in _known().items() if name != _digest(account)]
    g.known_browser = dict([*others[1 - MOST :], (_digest(account), secrets.token_urlsafe(9))])


def install(app: Flask) -> None:
    @app.after_request
    def keep(response: Response) -> Response:
        if hasattr(g, "known_browser"):
            response.set_cookie(
                COOKIE,
                str(_serializer().dumps(g.known_browser)),
                max_age=LIFE,
                httponly=True,
                secure=config.production,
                samesite="Lax",
            )
        return response
