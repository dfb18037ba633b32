"""What is suggested while somebody types into the field for searching."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from shop.web import locales
from shop.web.access import public
from shop.web.services import services

pages = Blueprint("search", __name__)


@pages.get("/search/suggest")
@public
def suggest() -> str:
    """A few books, authors and categories, as the options of a list box."""
    typed = request.args.get("q", "")
    found = services.search.suggest(typed, locales.current())
    return render_template("search/_suggestions.html", typed=typed.strip(), found=found)
