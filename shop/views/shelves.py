"""The shelves of the shop window."""

from __future__ import annotations

from flask import Blueprint, render_template

from shop.web.access import public
from shop.web.services import services

pages = Blueprint("shelves", __name__)


@pages.get("/shelves/<slug>")
@public
def show(slug: str) -> str:
    """One shelf: its books in the order in which they were put there, with their cards."""
    return render_template("shelves/page.html", shelf=services.shop_window.shelf(slug))
