"""Finding books, and one book."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from shop.errors import NotFound
from shop.models import Contributor
from shop.models.columns import today
from shop.services.finding import Finding
from shop.views import catalogue_query
from shop.views.catalogue_query import FILTERS, CatalogueQuery
from shop.web.access import public
from shop.web.forms import Form
from shop.web.htmx import page_or_fragment, wants_fragment
from shop.web.kept_fragments import Parts, Wanted
from shop.web.locales import current
from shop.web.services import services
from shop.web.urls import author_url, book_url

pages = Blueprint("catalogue", __name__)

PER_PAGE = 24
PARTS = (
    ("title", "catalogue/_title.html"),
    ("head", "catalogue/_head.html"),
    ("body", "catalogue/_catalogue.html"),
)
NOTHING: Mapping[str, str] = MappingProxyType({})
# The page's name of each filter.
PAGE_NAMES = {service: page for page, service in FILTERS.items()}


@pages.get("/books")
@public
def index() -> Response:
    """The catalogue: filters, sorting and page are all in the address."""
    return _list(catalogue_query.read(request.args))


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
    return _narrowed({"category": path.strip("/")})


@pages.get("/books/facets/<any(author, publisher):name>")
@public
def facet(name: str) -> Response:
    """All authors or publishers of the books that match, and a field to find some by name."""
    query = catalogue_query.read(request.args)
    text = request.args.get("find", "").strip().replace("\x00", "")[:100]
    return page_or_fragment(
        "catalogue/facet.html",
        "catalogue/_facet.html",
        query=query,
        name=name,
        text=text,
        facet=services.finding.values(name, query.filters, text),
    )


def _narrowed(fixed: Mapping[str, str], author: Contributor | None = None) -> Response:
    args = MultiDict(request.args)
    for name, value in fixed.items():
        args.setlist(name, [value])
    return _list(catalogue_query.read(args), fixed, author)


def _list(
    query: CatalogueQuery,
    fixed: Mapping[str, str] = NOTHING,
    author: Contributor | None = None,
) -> Response:
    """The list that the query asks for; NotFound where a `fixed` filter names nothing."""
    wanted = Wanted((current(), today(), request.path, query.url(page=query.page), *query.ignored))
    finding = services.finding.find(query.filters, query.page, PER_PAGE, wanted.known)
    parts = wanted.keep(_parts(query, finding, fixed, author)) if finding else wanted.parts
    if wants_fragment():
        return _fragment(query, parts)
    return make_response(render_template("catalogue/page.html", query=query, parts=parts))


def _fragment(query: CatalogueQuery, parts: Parts) -> Response:
    """The list alone. A form sends its empty fields along: the address shall not have them."""
    answer = make_response(parts["body"])
    if request.endpoint == "catalogue.index":
        answer.headers["HX-Push-Url"] = query.url(page=query.page if query.page > 1 else None)
    return answer


def _parts(
    query: CatalogueQuery,
    finding: Finding,
    fixed: Mapping[str, str],
    author: Contributor | None,
) -> Parts:
    """What the page is made of; the same for every visitor."""
    unknown = [PAGE_NAMES[name] for name in finding.unknown]
    if set(fixed) & set(unknown):
        raise NotFound()
    context = {"query": query.without(unknown), "finding": finding, "author": author}
    return {part: render_template(template, **context).strip() for part, template in PARTS}
