"""Whose cart it is: an account's own, or a guest's by a signed cookie or, in the API, a token."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, Response, g, request
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeSerializer

from shop.errors import FieldError, Invalid
from shop.web.counting import redis_is_gone
from shop.web.errors import is_api
from shop.web.services import config, services

COOKIE = "cart"
# What the cookie has, for a program that keeps no cookies.
TOKEN_HEADER = "X-Cart-Token"  # noqa: S105


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(config.signing_keys, salt="cart")


def token_of(cart_id: str) -> str:
    return str(_serializer().dumps(cart_id))


def _signed(value: str) -> str | None:
    """The cart of a token; None where somebody has changed it."""
    try:
        cart_id = _serializer().loads(value)
    except BadSignature:
        return None
    return cart_id if isinstance(cart_id, str) else None


def _token() -> str | None:
    return (request.headers.get(TOKEN_HEADER) or None) if is_api() else None


def guest_cart_id() -> str | None:
    """The cart of the token or else of the cookie; None without one.

    A cookie that somebody has changed is like none; a token is Invalid then: a program should know.
    """
    token, cookie = _token(), request.cookies.get(COOKIE)
    if token is not None:
        if (of_token := _signed(token)) is None:
            message = "This is no token of a cart. Leave it out to begin a new one."
            raise Invalid(message, (FieldError(TOKEN_HEADER, message),))
        return of_token
    if cookie is None:
        return None
    of_cookie = _signed(cookie)
    if of_cookie is None:
        g.cart_cookie_broken = True
    return of_cookie


def cart_id() -> str | None:
    """The cart of this visitor; None when there is none yet."""
    if current_user.is_authenticated:
        return services.cart.id_of_user(current_user.id)
    return getattr(g, "new_cart_id", None) or guest_cart_id()


def cart_id_or_new() -> str:
    """The cart of this visitor, made and put into a cookie where there was none."""
    found = cart_id()
    if found is None or not (current_user.is_authenticated or _token()):
        # A guest's cookie lives as long as the cart: each change renews both.
        found = g.new_cart_id = found or services.cart.new_id()
    return found


def keep_cart_of(token: str) -> None:
    """Put the cart of a token of the shop into the cookie, as when it was filled: whoever sends a
    request again had not heard of the cookie. Not for programs that name the cart themselves."""
    if not _token():
        g.new_cart_id = _signed(token)


def cookie_was_broken() -> bool:
    """Whether the visitor came with a cart cookie that the shop did not sign."""
    return bool(getattr(g, "cart_cookie_broken", False))


def forget_guest_cart() -> None:
    g.drop_cart_cookie = True


def _count() -> int | None:
    """Copies in this visitor's cart; None while Redis does not answer."""
    return None if redis_is_gone() else services.cart.count(cart_id())


def install(app: Flask) -> None:
    app.jinja_env.globals["cart_count"] = _count

    @app.after_request
    def keep_cart(response: Response) -> Response:
        if getattr(g, "drop_cart_cookie", False) or (
            cookie_was_broken() and not hasattr(g, "new_cart_id")
        ):
            response.delete_cookie(COOKIE)
        elif hasattr(g, "new_cart_id"):
            response.set_cookie(
                COOKIE,
                token_of(g.new_cart_id),
                max_age=timedelta(days=config.cart_ttl_days),
                httponly=True,
                secure=config.production,
                samesite="Lax",
            )
        return response
