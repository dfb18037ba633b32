"""One log record for each request, and the id that ties all its records together."""

from __future__ import annotations

import logging
import re
import time
from uuid import uuid4

from flask import Flask, Response, g, request

from shop.logging import request_id

logger = logging.getLogger("shop.request")

HEADER = "X-Request-Id"
# What a proxy may hand on; anything else is not ours to log.
USABLE = re.compile(r"^[A-Za-z0-9._-]{8,64}$")
QUIET = ("static", "health.live", "health.ready", "metrics.show", "media.show")


def install(app: Flask) -> None:
    # The first function of all, so that the records of the others carry the id.
    app.before_request_funcs.setdefault(None, []).insert(0, begin)
    app.after_request(finish)
    app.teardown_request(forget)


def begin() -> None:
    given = request.headers.get(HEADER, "")
    request_id.set(given if USABLE.match(given) else uuid4().hex)
    g.started = time.perf_counter()


def finish(response: Response) -> Response:
    response.headers[HEADER] = request_id.get() or ""
    if request.endpoint not in QUIET:
        logger.info(
            "%s %s",
            request.method,
            request.path,
            extra={
                "method": request.method,
                # Without the query: it may hold a token.
                "path": request.path,
                "endpoint": request.endpoint,
                "status": response.status_code,
                "ms": round((time.perf_counter() - g.started) * 1000, 1),
            },
        )
    return response


def forget(_: BaseException | None) -> None:
    request_id.set(None)
