"""A small application under the shop's gunicorn.conf.py, which writes records as the shop does."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from redis import Redis

from shop import logging as shop_logging
from shop.repositories.log_spool import LocalFiles, SpoolFilling
from shop.web import draining

logger = logging.getLogger("small")
FOLDER = Path(os.environ["SMALL_FOLDER"])
# As the code of a version, it is what it was when the process began.
VERSION = (FOLDER / "version").read_text()
if REDIS_URL := os.environ.get("SMALL_REDIS_URL"):
    filling = SpoolFilling(
        lambda: Redis.from_url(REDIS_URL), 1000, LocalFiles(FOLDER / "records", 1 << 20)
    )
    shop_logging.configure("INFO", service="web", host="small", spool=filling)


class Small:
    """`/slow` begins, says so with a file, and goes on until there is another."""

    extensions = {"warm_up": (FOLDER / "warmed up").touch}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/slow":
            (FOLDER / "begun").touch()
            while not (FOLDER / "go on").exists():
                time.sleep(0.01)
        if environ["PATH_INFO"] == "/read":
            environ["wsgi.input"].read()
        logger.info("answered %s", environ["PATH_INFO"])
        status = "503 Leaving" if draining.is_leaving() else "200 OK"
        start_response(status, [("Content-Length", str(len(VERSION)))])
        return [VERSION.encode()]


app = Small()
