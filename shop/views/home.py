"""The shop window."""

from __future__ import annotations

from flask import Blueprint, render_template

from shop.web import locales
from shop.web.access import public
from shop.web.services import services

pages = Blueprint("home", __name__)


@pages.get("/")
@public
def index() -> str:
    """The home page."""
    return render_template("home/page.html", window=services.shop_window.window(locales.current()))
