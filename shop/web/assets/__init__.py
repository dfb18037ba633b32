"""Static files, under addresses that carry the hash of their content."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, current_app

from shop.config import Config, Environment
from shop.web.assets.shown import Shown
from shop.web.assets.static_files import PREFIX, StaticFiles

ROOT = Path(__file__).resolve().parents[3]
# Where the step of a deployment puts what is served.
BUILT = ROOT / "var" / "static"
SHOWN = "static_files"


def install(app: Flask, config: Config) -> None:
    shown = Shown(
        Path(str(app.static_folder)), BUILT, watching=config.environment is Environment.DEVELOPMENT
    )
    app.extensions[SHOWN] = shown
    app.jinja_env.globals["asset"] = asset
    app.wsgi_app = StaticFiles(app.wsgi_app, shown)  # type: ignore[method-assign]


def asset(name: str) -> str:
    """The address of a file under `static/`; no language prefix. KeyError for one that is not."""
    shown: Shown = current_app.extensions[SHOWN]
    return PREFIX + shown.now().names[name]
