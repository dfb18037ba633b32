"""Programs that say who they are: `Authorization: Bearer` with an access token or an API key.

Read for the API alone. Where it is sent, a cookie says nothing of who somebody is: a page of
another site, which can have a browser send those, cannot have it send this.
"""

from __future__ import annotations

from flask import Flask, g, request

from shop import logging as shop_logging
from shop.errors import LoginRequired
from shop.extensions import login_manager
from shop.models import User
from shop.services.accounts.api_keys import MARK
from shop.web.errors import is_api
from shop.web.services import services


def token() -> str | None:
    """What the request was sent with; None where it was sent without, or to a page."""
    given = request.authorization
    if not is_api() or given is None or given.type != "bearer":
        return None
    return given.token or ""


def _person() -> User | None:
    text = token()
    if text is None:
        return None
    if text.startswith(MARK):
        return services.api_keys.person(text)
    return services.tokens.person(text)


def refuse_spoilt() -> None:
    """LoginRequired for a token that is no good: nobody goes on as a stranger unawares."""
    if (refusal := g.get("bearer_refusal")) is not None:
        raise refusal


def identify() -> None:
    """Find out whose token it is, once, before anybody asks who it is."""
    try:
        g.bearer_person = _noted(_person())
    except LoginRequired as refusal:
        g.bearer_refusal = refusal


def session_person(session_id: str) -> User | None:
    """Whose cookie it is, where it counts."""
    return _noted(services.sessions.person(session_id)) if token() is None else None


def _noted(person: User | None) -> User | None:
    """Records from here on tell who it is."""
    if person is not None:
        shop_logging.note(user_id=person.id)
    return person


def install(app: Flask) -> None:
    app.before_request(identify)
    login_manager.user_loader(session_person)
    login_manager.request_loader(lambda _: g.get("bearer_person"))
