"""How the limits of a request stand, and how that is told: to programs with every answer, to
people when a limit is reached.

The fields are those of versions 3 to 6 of the draft, which clients know, and of the later ones:
https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/. Pages have none of them:
how often one person came must not be kept together with a page.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from time import time

from flask import Flask, Response, g
from flask_babel import ngettext
from limits import RateLimitItem

from shop.errors import TooManyRequests
from shop.extensions import limiter
from shop.web.errors import is_api

# From so many seconds on minutes are told.
MANY_SECONDS = 120


@dataclass(frozen=True)
class Standing:
    """So many requests are left of a limit; in so many seconds the next place becomes free."""

    name: str
    item: RateLimitItem
    left: int
    seconds: int


def note(item: RateLimitItem, name: str, who: str) -> None:
    """Keep how this limit stands, unless another one of the request is nearer its end."""
    free_at, left = limiter.limiter.get_window_stats(item, name, who)
    seconds = max(int(free_at - time()), 0) + 1
    noted = _noted()
    if noted is None or left <= noted.left:
        g.limit_standing = Standing(name, item, left, seconds)


def refusal() -> TooManyRequests:
    """The error for a limit that was noted."""
    noted = _noted()
    seconds = noted.seconds if noted else 1
    if seconds < MANY_SECONDS:
        told = ngettext("Try again in %(num)d second.", "Try again in %(num)d seconds.", seconds)
    else:
        minutes = ceil(seconds / 60)
        told = ngettext("Try again in %(num)d minute.", "Try again in %(num)d minutes.", minutes)
    return TooManyRequests(told, retry_after=seconds)


def _noted() -> Standing | None:
    return getattr(g, "limit_standing", None)


def tell(response: Response) -> Response:
    # What anybody may keep is nothing to write one person's number on.
    if is_api() and not response.cache_control.public and (noted := _noted()) is not None:
        amount, name = noted.item.amount, noted.name
        response.headers.update(
            {
                "RateLimit-Limit": str(amount),
                "RateLimit-Remaining": str(noted.left),
                "RateLimit-Reset": str(noted.seconds),
                "RateLimit-Policy": f'"{name}";q={amount};w={noted.item.get_expiry()}',
                "RateLimit": f'"{name}";r={noted.left};t={noted.seconds}',
            }
        )
    return response


def install(app: Flask) -> None:
    app.after_request(tell)
