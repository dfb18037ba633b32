"""A small application under the shop's gunicorn.conf.py."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from shop.web import draining

FOLDER = Path(os.environ["SMALL_FOLDER"])
# As the code of a version, it is what it was when the process began.
VERSION = (FOLDER / "version").read_text()


class Small:
    """`/slow` begins, says so with a file, and goes on until there is another."""

    extensions = {"warm_up": (FOLDER / "warmed up").touch}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/slow":
            (FOLDER / "begun").touch()
            while not (FOLDER / "go on").exists():
                time.sleep(0.01)
        status = "503 Leaving" if draining.is_leaving() else "200 OK"
        start_response(status, [("Content-Length", str(len(VERSION)))])
        return [VERSION.encode()]


app = Small()
