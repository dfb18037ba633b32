"""One log record for each request, and what ties all its records together."""

from __future__ import annotations

import logging
import re
import time
from uuid import uuid4

from flask import Flask, Response, current_app, g, request

from shop import logging as shop_logging
from shop.config import Config
from shop.logging import USABLE_ID

logger = logging.getLogger("shop.request")

HEADER = "X-Request-Id"
# Whether a proxy of ours stands before the shop.
TRUSTED = "request_ids_are_trusted"
# Of orders; what else somebody types there is not repeated.
NUMBER = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}")
# What machines, and pages that look again by themselves, ask for all the time: an open list of
# records would be full of its own looks.
QUIET = (
    *("static", "health.live", "health.ready", "metrics.show", "media.show"),
    *("admin_logs.index", "admin_jobs.work"),
)


def install(app: Flask, config: Config) -> None:
    app.extensions[TRUSTED] = config.trusted_proxies > 0
    # The first function of all, so that the records of the others carry the id.
    app.before_request_funcs.setdefault(None, []).insert(0, begin)
    app.after_request(finish)
    app.teardown_request(forget)


def begin() -> None:
    """A proxy of ours may have given the request its id; a stranger's words are not repeated."""
    given = request.headers.get(HEADER, "") if current_app.extensions[TRUSTED] else ""
    number = str((request.view_args or {}).get("number", ""))
    shop_logging.begin(
        request_id=given if USABLE_ID.fullmatch(given) else uuid4().hex,
        method=request.method,
        route=request.endpoint,
        order=number if NUMBER.fullmatch(number) else None,
    )
    g.started = time.perf_counter()


def finish(response: Response) -> Response:
    response.headers[HEADER] = str(shop_logging.noted().get("request_id", ""))
    if request.endpoint not in QUIET:
        logger.info(
            "%s %s: %d",
            request.method,
            address(),
            response.status_code,
            extra={
                "status": response.status_code,
                "duration_ms": (time.perf_counter() - g.started) * 1000,
            },
        )
    return response


def address() -> str:
    """The address as the shop knows it, such as `/orders/<number>`: what stands in the place of
    the number, and behind it, may be somebody's key."""
    return request.url_rule.rule if request.url_rule else "no such address"


def forget(_: BaseException | None) -> None:
    shop_logging.begin()
