"""Finding books, and one book."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from shop.errors import NotFound
from shop.models import Category, Contributor
from shop.views import catalogue_query
from shop.views.catalogue_query import SORTS, CatalogueQuery
from shop.web.access import public
from shop.web.forms import Form
from shop.web.htmx import page_or_fragment
from shop.web.services import services
from shop.web.urls import author_url, book_url

pages = Blueprint("catalogue", __name__)

PER_PAGE = 24


@pages.get("/books")
@public
def index() -> Response:
    """The catalogue: filters, sorting and page are all in the address."""
    query = catalogue_query.read(request.args)
    try:
        trail = _trail(query)
    except NotFound:
        query, trail = query.without("category"), []
    return _list(query, trail, _author(query))


@pages.get("/books/<slug>-<int:book_id>")
@public
def book(slug: str, book_id: int) -> Response:
    """One book. An old or mistyped name in the address leads to the right one."""
    shown = services.catalogue.book_page(book_id)
    if slug != shown.book.slug:
        return redirect(book_url(shown.book), 301)
    return page_or_fragment(
        "book/page.html", "book/_buy.html", shown=shown, book=shown.book, form=Form({})
    )


@pages.get("/isbn/<isbn>")
@public
def by_isbn(isbn: str) -> Response:
    """The book with this ISBN, with 10 or 13 digits, hyphens or not."""
    return redirect(book_url(services.catalogue.book_by_isbn(isbn)), 302)


@pages.get("/authors/<slug>-<int:author_id>")
@public
def author(slug: str, author_id: int) -> Response:
    """All books by one author: the catalogue, narrowed."""
    person = services.catalogue.author(author_id)
    if slug != person.slug:
        return redirect(author_url(person), 301)
    return _narrowed({"author": str(person.id)}, author=person)


@pages.get("/categories/<path:path>")
@public
def category(path: str) -> Response:
    """A place in the tree with everything below it."""
    trail = services.catalogue.category(path.strip("/"))
    return _narrowed({"category": trail[-1].path}, trail=trail)


def _narrowed(
    fixed: dict[str, str], trail: Sequence[Category] = (), author: Contributor | None = None
) -> Response:
    query = catalogue_query.read({**request.args.to_dict(), **fixed})
    return _list(query, trail, author)


def _list(query: CatalogueQuery, trail: Sequence[Category], author: Contributor | None) -> Response:
    return page_or_fragment(
        "catalogue/page.html",
        "catalogue/_catalogue.html",
        query=query,
        books=services.catalogue.find(query.filters, query.page, PER_PAGE),
        facets=services.catalogue.facets(query.filters),
        trail=trail,
        author=author,
        sorts={key: label for key, (_, label) in SORTS.items()},
    )


def _trail(query: CatalogueQuery) -> Sequence[Category]:
    path = query.active.get("category")
    return [] if path is None else services.catalogue.category(path)


def _author(query: CatalogueQuery) -> Contributor | None:
    author_id = query.filters.author__id__eq
    try:
        return services.catalogue.author(author_id) if author_id is not None else None
    except NotFound:
        return None
