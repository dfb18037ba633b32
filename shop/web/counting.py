"""Counts requests against the limit of their class, for whoever is logged in, else the address.

Flask-Limiter holds the counters: its moving window is one Lua script in Redis, so that a limit is
exact, whatever number of processes asks at once. Its own hooks know neither classes nor which of
them stay open without Redis, so what is counted is decided here.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator
from contextlib import suppress
from functools import cache

from flask import Flask, current_app, g, request
from flask_login import current_user
from limits import RateLimitItem, parse_many
from redis.exceptions import RedisError

from shop.errors import Unavailable
from shop.extensions import limiter
from shop.gateways.rest import Rest
from shop.web import known_browsers, limit_standing
from shop.web.addresses import neighbourhood
from shop.web.errors import is_api
from shop.web.limits import UNLIMITED, RouteClass, class_of, guessed_at
from shop.web.services import config

logger = logging.getLogger(__name__)

REST = "rest_of_redis"
LONGEST_ACCOUNT = 254  # letters; no e-mail address has more


def count() -> None:
    """Count this request. TooManyRequests when its limit is reached.

    While Redis does not answer nothing is counted, or Unavailable where the class is closed then.
    """
    if request.endpoint is None:
        return
    route_class = class_of(current_app, request.endpoint, request.method, api=is_api())
    if route_class is UNLIMITED or (route_class.stays_open and _rest().goes_on):
        return
    try:
        _count(route_class)
    except RedisError as error:
        _without_counters(route_class, error)


def _without_counters(route_class: RouteClass, error: RedisError) -> None:
    if not route_class.stays_open:
        logger.error("%s is refused, since nobody counts it", route_class.name, exc_info=error)
        raise Unavailable() from error
    _rest().begin()
    g.redis_is_gone = True
    logger.warning("for a while only logging in is limited: %s", error)


def _rest() -> Rest:
    """While it goes on, Redis is not asked by what stays open without it."""
    rest: Rest = current_app.extensions[REST]
    return rest


def redis_is_gone() -> bool:
    """Whether this request has waited for Redis in vain: once is enough."""
    return bool(getattr(g, "redis_is_gone", False))


def refuse_without_counters() -> None:
    """Unavailable where logging in would be refused: better said before a password is typed."""
    if not limiter.storage.check():
        raise Unavailable()


def _count(route_class: RouteClass) -> None:
    text: str = getattr(config, f"{route_class.name}_limit")
    for who in _counted(route_class):
        for item in _items(text):
            admitted = limiter.limiter.hit(item, route_class.name, who)
            if not admitted or is_api():
                limit_standing.note(item, route_class.name, who)
            if not admitted:
                raise limit_standing.refusal()


@cache
def _items(text: str) -> list[RateLimitItem]:
    return parse_many(text)


def _counted(route_class: RouteClass) -> Iterator[str]:
    """Whom this request is counted for."""
    known = current_user.is_authenticated
    if known and not route_class.guessed:
        yield f"user:{current_user.id}"
        return
    yield f"address:{neighbourhood()}"
    if route_class.guessed:
        # Attempts on one account count together, wherever they come from.
        yield from sorted(_accounts())


def _accounts() -> set[str]:
    """Under which names guesses at accounts are counted; none where no account is guessed at.

    The form of somebody who is logged in asks for their password, whatever address it names too.
    """
    known_to_the_view = guessed_at(current_app, request.endpoint or "")
    own = current_user.email if current_user.is_authenticated else ""
    found = {known_to_the_view} if known_to_the_view else {_named(), own}
    accounts = {account.strip().lower()[:LONGEST_ACCOUNT] for account in found if account.strip()}
    return {_counted_as(account) for account in accounts}


def _counted_as(account: str) -> str:
    """Browsers that have been logged in to the account count apart from all the world.

    Or whoever guesses on would keep its owner out. A digest, since it can be any text and since no
    store needs to know the address.
    """
    digest = hashlib.sha256(account.encode("utf-8", "replace")).hexdigest()[:32]
    browser = known_browsers.of(account)
    return f"account:{digest}:{browser}" if browser else f"account:{digest}"


def _named() -> str:
    """The account that a form or a document names; empty where it names none."""
    if "email" in request.form:
        return request.form["email"]
    with suppress(ValueError, RecursionError):
        sent = json.loads(request.get_data())
        found = sent.get("email") if isinstance(sent, dict) else None
        return found if isinstance(found, str) else ""
    return ""


def install(app: Flask) -> None:
    app.extensions[REST] = Rest()
    app.before_request(count)
    limit_standing.install(app)
