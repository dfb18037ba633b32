"""Who may read from the database's copy: whoever asks for a page and has changed nothing lately.

A browser that has sent something carries a cookie for as long as the copy may be behind, so that
its next pages show what it has done. Programs keep no cookies: they are answered by the primary.
"""

from __future__ import annotations

import math

from flask import Flask, request
from werkzeug.wrappers import Response

from shop.config import Config
from shop.extensions import db
from shop.gateways.replica import LOOK_SECONDS, Replica
from shop.services.catalogue_reads import ALLOWED

COOKIE = "changed"
READING = ("GET", "HEAD")
REPLICA = "replica"
# Seconds, for clocks and answers under way.
ROOM = 1


def install(app: Flask, config: Config) -> None:
    if not config.database_replica_url:
        return
    replica = Replica(lambda: db.engine, lambda: db.engines[REPLICA], config.replica_lag_seconds)
    app.extensions[REPLICA] = replica
    life = math.ceil(config.replica_lag_seconds + LOOK_SECONDS) + ROOM

    def allow() -> None:
        by_program = "Authorization" in request.headers
        if request.method in READING and COOKIE not in request.cookies and not by_program:
            db.session.info[ALLOWED] = replica

    def remember(answer: Response) -> Response:
        if request.method not in (*READING, "OPTIONS"):
            answer.set_cookie(
                COOKIE,
                "1",
                max_age=life,
                httponly=True,
                samesite="Lax",
                secure=config.production,
            )
        return answer

    app.before_request(allow)
    app.after_request(remember)
