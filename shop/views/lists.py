"""The shop's own lists, one address for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from werkzeug.wrappers import Response

from shop.models import Book
from shop.repositories.paging import Page
from shop.web.access import public
from shop.web.htmx import page_or_fragment
from shop.web.leafing import page_asked
from shop.web.services import services

pages = Blueprint("lists", __name__)

# Rows of five or of six are full.
PER_PAGE = 30


@dataclass(frozen=True)
class Words:
    """What stands above a list, and what in its place while it is empty.

    `elsewhere` is the endpoint of the list that an empty one leads to.
    """

    heading: LazyString
    lead: LazyString
    empty: LazyString
    elsewhere: str
    elsewhere_label: LazyString


NEW = Words(
    _l("New books"),
    _l("What has come into the shop or come out lately, the latest first."),
    _l("No book has come into the shop yet."),
    "catalogue.index",
    _l("Show all books"),
)
COMING = Words(
    _l("Coming soon"),
    _l("Books that are announced, the next first. Each can be ordered from its day on."),
    _l("Nothing is announced at the moment."),
    "lists.new",
    _l("See what is new"),
)
DISCOUNTED = Words(
    _l("At a lower price"),
    _l("Books with a discount that can be had now, the largest discount first."),
    _l("No book is reduced at the moment."),
    "lists.bestsellers",
    _l("See what sells best"),
)
BESTSELLERS = Words(
    _l("Bestsellers"),
    _l("What readers bought most in the last 90 days."),
    _l("Nothing has been sold in the last 90 days."),
    "lists.new",
    _l("See what is new"),
)


@pages.get("/new")
@public
def new() -> Response:
    return _list(NEW, services.book_lists.new)


@pages.get("/coming")
@public
def coming() -> Response:
    return _list(COMING, services.book_lists.coming)


@pages.get("/discounted")
@public
def discounted() -> Response:
    return _list(DISCOUNTED, services.book_lists.discounted)


@pages.get("/bestsellers")
@public
def bestsellers() -> Response:
    return _list(BESTSELLERS, services.book_lists.bestsellers)


def _list(words: Words, question: Callable[[int, int], Page[Book]]) -> Response:
    return page_or_fragment(
        "lists/page.html", "lists/_list.html", words=words, books=question(page_asked(), PER_PAGE)
    )
