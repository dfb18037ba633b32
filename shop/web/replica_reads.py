"""Who may read from the database's copy: whoever asks for a page and has changed nothing lately.

A browser's session tells when it last sent something: for as long as the copy may be behind, its
pages are the primary's, so that they show what it has done. Programs, which log in with each
request and keep no session, are answered by the primary.
"""

from __future__ import annotations

import math
import time

from flask import Flask, request, session
from werkzeug.wrappers import Response

from shop.config import Config
from shop.extensions import REPLICA, db
from shop.gateways.replica import LOOK_SECONDS, replica_of
from shop.services.catalogue_reads import ALLOWED

# In the session: seconds since 1970.
CHANGED_AT = "changed_at"
READING = ("GET", "HEAD")
# Seconds, for clocks and answers under way.
ROOM = 1


def install(app: Flask, config: Config) -> None:
    if (replica := replica_of(config)) is None:
        return
    app.extensions[REPLICA] = replica
    life = math.ceil(config.replica_lag_seconds + LOOK_SECONDS) + ROOM

    def allow() -> None:
        by_program = "Authorization" in request.headers
        is_fresh = time.time() - session.get(CHANGED_AT, 0) < life
        if request.method in READING and not is_fresh and not by_program:
            db.session.info[ALLOWED] = replica

    def remember(answer: Response) -> Response:
        has_session = app.config["SESSION_COOKIE_NAME"] in request.cookies
        if request.method not in (*READING, "OPTIONS") and has_session:
            session[CHANGED_AT] = int(time.time())
        return answer

    app.before_request(allow)
    app.after_request(remember)
