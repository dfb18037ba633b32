"""Finding books, and one book."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from shop.errors import Merged, NotFound
from shop.models import Contributor, Permission
from shop.models.columns import today
from shop.services.finding import Finding
from shop.views import catalogue_query
from shop.views.catalogue_query import FILTERS, CatalogueQuery
from shop.web.access import may, public
from shop.web.canonical import Canonical, catalogue_canonical
from shop.web.forms import Form
from shop.web.htmx import page_or_fragment, wants_fragment
from shop.web.kept_fragments import Wanted
from shop.web.limits import searching
from shop.web.locales import current
from shop.web.services import services
from shop.web.structured.nodes import Node
from shop.web.structured.places import catalogue_graph
from shop.web.urls import author_url, book_url, category_url

pages = Blueprint("catalogue", __name__)

PER_PAGE = 24
NOTHING: Mapping[str, str] = MappingProxyType({})
# The page's name of each filter.
PAGE_NAMES = {service: page for page, service in FILTERS.items()}


@pages.get("/books")
@public
@searching
def index() -> Response:
    """The catalogue: filters, sorting and page are all in the address.

    A whole ISBN alone leads to its book.
    """
    query = catalogue_query.read(request.args)
    if query.asked.keys() == {"q"} and not wants_fragment():
        with suppress(NotFound):
            book = services.catalogue.book_by_isbn(query.asked["q"])
            if book.is_on_sale:
                return redirect(book_url(book), 302)
    return _list(query)


@pages.get("/books/<slug>-<int:book_id>")
@public
def book(slug: str, book_id: int) -> Response:
    """One book. An old or mistyped name in the address leads to the right one.

    A draft is shown to those alone who may edit it.
    """
    for_staff = may(Permission.EDIT_BOOKS)
    try:
        shown = services.catalogue.book_page(book_id, for_staff=for_staff)
    except Merged as merged:
        kept = services.catalogue.book(merged.into, for_staff=for_staff)
        return redirect(book_url(kept), 301)
    if slug != shown.book.slug:
        return redirect(book_url(shown.book), 301)
    return page_or_fragment(
        "book/page.html", "book/_buy.html", shown=shown, book=shown.book, form=Form({})
    )


@pages.get("/isbn/<isbn>")
@public
def by_isbn(isbn: str) -> Response:
    """The book with this ISBN, with 10 or 13 digits, hyphens or not."""
    for_staff = may(Permission.EDIT_BOOKS)
    return redirect(book_url(services.catalogue.book_by_isbn(isbn, for_staff=for_staff)), 302)


@pages.get("/authors/<slug>-<int:author_id>")
@public
@searching
def author(slug: str, author_id: int) -> Response:
    """All books by one author: the catalogue, narrowed. A double leads to the one that was kept."""
    try:
        person = services.catalogue.author(author_id)
    except Merged as merged:
        return redirect(author_url(services.catalogue.author(merged.into)), 301)
    if slug != person.slug:
        return redirect(author_url(person), 301)
    return _narrowed({"author": str(person.id)}, author=person)


@pages.get("/categories/<path:path>")
@public
@searching
def category(path: str) -> Response:
    """A place in the tree with everything below it; where it was before leads there."""
    try:
        return _narrowed({"category": path.strip("/")})
    except NotFound:
        return redirect(category_url(services.discovery.former_category(path.strip("/"))), 301)


@pages.get("/books/facets/<any(author, publisher):name>")
@public
@searching
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
    query = catalogue_query.read(args)
    if any(query.chosen(name) != [value] for name, value in fixed.items()):
        raise NotFound()
    return _list(query, fixed, author)


@dataclass(frozen=True)
class RenderedList:
    """A list as it stands on its page, the same for every visitor. Texts are escaped."""

    title: str
    description: str
    body: str
    canonical: Canonical
    graph: Node | None

    def __len__(self) -> int:
        return len(self.body)


def _list(
    query: CatalogueQuery,
    fixed: Mapping[str, str] = NOTHING,
    author: Contributor | None = None,
) -> Response:
    """The list that the query asks for; NotFound where a `fixed` filter names nothing."""
    asked = (query.url(page=query.page), *query.ignored)
    wanted = Wanted(RenderedList, (current(), today(), request.path, asked))
    finding = services.finding.find(query.filters, query.page, PER_PAGE, wanted.known)
    found = wanted.keep(_rendered(query, finding, fixed, author)) if finding else wanted.found
    if wants_fragment():
        return _fragment(query, found)
    return make_response(render_template("catalogue/page.html", query=query, list=found))


def _fragment(query: CatalogueQuery, found: RenderedList) -> Response:
    """The list alone. A form sends its empty fields along: the address shall not have them."""
    answer = make_response(found.body)
    if request.endpoint == "catalogue.index":
        answer.headers["HX-Push-Url"] = query.url(page=query.page if query.page > 1 else None)
    return answer


def _rendered(
    query: CatalogueQuery,
    finding: Finding,
    fixed: Mapping[str, str],
    author: Contributor | None,
) -> RenderedList:
    unknown = [PAGE_NAMES[name] for name in finding.unknown]
    if set(fixed) & set(unknown):
        raise NotFound()
    query = query.without(unknown)
    person = author or (finding.authors[0] if len(finding.authors) == 1 else None)
    pages = finding.books.pages
    canonical = catalogue_canonical(query, query.usual_sort, pages, finding.trail, person)
    context = {"query": query, "finding": finding, "author": person}
    return RenderedList(
        title=render_template("catalogue/_title.html", **context).strip(),
        description=render_template("catalogue/_description.html", **context).strip(),
        body=render_template("catalogue/_catalogue.html", **context),
        canonical=canonical,
        graph=catalogue_graph(finding.trail, person) if canonical.path else None,
    )
