"""The shop window."""

from __future__ import annotations

from flask import Blueprint, render_template

from shop.models.columns import today
from shop.web import locales
from shop.web.access import public
from shop.web.kept_fragments import WantedByMany
from shop.web.services import services

pages = Blueprint("home", __name__)


@pages.get("/")
@public
def index() -> str:
    """The home page. It is the same for everybody, but for what stands round it."""
    language = locales.current()
    wanted = WantedByMany("window", (language, today()))
    window = services.shop_window.window(language, wanted.known_as)
    shown = (
        wanted.keep(render_template("home/_window.html", window=window)) if window else wanted.found
    )
    return render_template("home/page.html", window=shown)
