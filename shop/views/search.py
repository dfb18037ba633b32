"""What is suggested while somebody types into the field for searching."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from shop.web import locales
from shop.web.access import public
from shop.web.htmx import wants_fragment
from shop.web.limits import searching
from shop.web.services import services

pages = Blueprint("search", __name__)


@pages.get("/search/suggest")
@public
@searching
def suggest() -> Response:
    """A few books, authors and categories, as the options of a list box; a page is the list."""
    typed = request.args.get("q", "")
    if not wants_fragment():
        return redirect(url_for("catalogue.index", q=typed))
    found = services.search.suggest(typed, locales.current())
    return make_response(
        render_template("search/_suggestions.html", typed=typed.strip(), found=found)
    )
