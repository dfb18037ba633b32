"""Static files, served for a year under an address that changes with their content."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask
from whitenoise import WhiteNoise

from shop.config import Config

YEAR_SECONDS = 365 * 24 * 3600


def install(app: Flask, config: Config) -> None:
    root = Path(str(app.static_folder))

    @cache
    def version(name: str) -> str:
        return hashlib.sha256((root / name).read_bytes()).hexdigest()[:10]

    def asset(name: str) -> str:
        """The address of a file under `static/`; no language prefix."""
        return f"/static/{name}?v={version(name)}"

    app.jinja_env.globals["asset"] = asset
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=root,
        prefix="static/",
        max_age=YEAR_SECONDS if config.production else 0,
    )
