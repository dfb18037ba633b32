"""Logging in and out of the pages."""

from __future__ import annotations

from flask import request, session
from flask_login import current_user, login_user, logout_user

from shop.models import User
from shop.web import viewers
from shop.web.services import services
from shop.web.visitors import forget_guest_cart, guest_cart_id

# What a browser was let see before: guests' orders stay open when they log in.
KEPT = ("orders",)


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


def log_out() -> None:
    """End this browser's session; what it was let see is nobody's business any more."""
    if current_user.is_authenticated and current_user.session_id:
        services.sessions.close(current_user.session_id)
    logout_user()
    session.clear()
    viewers.forget()
