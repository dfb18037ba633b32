"""Which page of a list is asked for."""

from __future__ import annotations

from flask import Flask, request
from flask_babel import gettext

from shop.repositories.paging import MAX_PAGE


def page_asked() -> int:
    """The page of this address, from 1; what is no number means the first."""
    return min(max(request.args.get("page", 1, type=int), 1), MAX_PAGE)


def page_suffix(page: int) -> str:
    """What tells the title of a later page from that of the first."""
    return gettext(", page %(n)s", n=page) if page > 1 else ""


def install(app: Flask) -> None:
    app.jinja_env.globals["page_suffix"] = page_suffix
