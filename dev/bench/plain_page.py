"""A Flask page that only renders cards out of memory: what the catalogue is held against.

It has the catalogue's 24 cards, their template and the shop's server; no database, no cart, no
session, no log, and nothing round the cards.
"""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask, render_template
from jinja2 import ChoiceLoader, FileSystemLoader

from shop.app import create_app
from shop.config import Config
from shop.extensions import db
from shop.repositories.book_filters import BookFilters
from shop.web.services import services

TEMPLATES = Path(__file__).resolve().parent / "templates"
CARDS = 24


def plain() -> Flask:
    """`/books` renders what was read once, at the start."""
    app = create_app(Config.from_env(os.environ))
    with app.app_context():
        filters = BookFilters.parse({"order_by": "-appeared_at"})
        finding = services.finding.find(filters, 1, CARDS)
        books = finding.books.items if finding else []
        db.session.remove()
    _strip(app)
    app.view_functions["catalogue.index"] = lambda: render_template("plain.html", books=books)
    return app


def _strip(app: Flask) -> None:
    """Flask alone: nothing before a request, nothing after it, nothing round the application."""
    for functions in (app.before_request_funcs, app.after_request_funcs):
        functions.clear()
    app.teardown_appcontext_funcs.clear()
    app.wsgi_app = Flask.wsgi_app.__get__(app)  # type: ignore[method-assign]
    here = FileSystemLoader(TEMPLATES)
    loaders = [here, app.jinja_env.loader] if app.jinja_env.loader else [here]
    app.jinja_env.loader = ChoiceLoader(loaders)
