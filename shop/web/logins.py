"""Logging in and out of the pages."""

from __future__ import annotations

import time
from dataclasses import dataclass

from flask import request, session
from flask_login import current_user, login_user, logout_user

from shop import logging as shop_logging
from shop.errors import NotFound
from shop.models import User
from shop.web import known_browsers, viewers
from shop.web.services import services
from shop.web.visitors import forget_guest_cart, guest_cart_id

# What a browser was let see before: guests' orders stay open when they log in.
KEPT = ("orders",)
WAITING = "waiting_for_code"
CODE_SECONDS = 300


def log_in(user: User) -> None:
    """Open a session in this browser; a guest's cart comes along.

    Nothing of the session before is kept but what it was allowed to see: whoever planted that
    session in this browser knows nothing of the new one.
    """
    opened = services.sessions.open(user, request.remote_addr or "", request.user_agent.string)
    guest = guest_cart_id()
    if guest is not None:
        services.cart.merge(guest, services.cart.id_of_user(user.id))
        forget_guest_cart()
    kept = {name: session[name] for name in KEPT if name in session}
    session.clear()
    session.update(kept)
    session.permanent = True
    user.session_id = opened
    login_user(user)
    shop_logging.note(user_id=user.id)
    known_browsers.remember(user.email)


@dataclass(frozen=True)
class Waiting:
    """Somebody who has typed the right password, and no code yet; `target` is where they go on."""

    user_id: int
    target: str


def wait_for_code(user: User, target: str) -> None:
    """Remember that the password was right, for as long as it takes to type a code."""
    session[WAITING] = [user.id, user.session_epoch, target, time.time()]


def waiting() -> Waiting | None:
    """Who is asked for a code in this browser; None when nobody is, or not any more."""
    user_id, epoch, target, since = session.get(WAITING, [0, 0, "", 0])
    if time.time() - since > CODE_SECONDS:
        return None
    try:
        user = services.accounts.get(user_id)
    except NotFound:
        return None
    # Another password meanwhile, or an account that was closed: the first step counts no more.
    return Waiting(user_id, target) if user.active and user.session_epoch == epoch else None


def waiting_account() -> str:
    """Codes are guessed at one account from all browsers together."""
    found = waiting()
    return f"codes of {found.user_id}" if found else ""


def log_out() -> None:
    """End this browser's session; what it was let see is nobody's business any more."""
    if current_user.is_authenticated and current_user.session_id:
        services.sessions.close(current_user.session_id)
    logout_user()
    session.clear()
    viewers.forget()
