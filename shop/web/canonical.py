"""The one address under which search engines know a page, whatever hangs on the one asked for.

Filters and sorting make no page of their own: what they show stands at the nearest clean address
too. What was searched for is no page at all: it is not kept, but its links are followed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from flask import Flask, url_for

from shop.models import Category, Contributor
from shop.web.urls import author_url, category_url

FOUND_BY_SEARCH = "noindex, follow"
NO_SUCH_PAGE = "noindex"


@dataclass(frozen=True)
class Canonical:
    """`path` is None for what has no address of its own; `robots` is what crawlers are told."""

    path: str | None
    robots: str | None = None


class Asked(Protocol):
    """What a catalogue's address asks for."""

    @property
    def sort(self) -> str: ...

    @property
    def page(self) -> int: ...

    @property
    def active(self) -> Mapping[str, str]: ...


def with_page(path: str, page: int) -> str:
    """A list's address at one of its pages; the first is the list itself."""
    return f"{path}?page={page}" if page > 1 else path


def of_list(path: str, page: int, pages: int) -> Canonical:
    """One page of a list that cannot be narrowed, out of `pages`."""
    return Canonical(with_page(path, page), NO_SUCH_PAGE if page > pages else None)


def of_catalogue(
    active: Mapping[str, str],
    page: int,
    pages: int,
    *,
    is_sorted: bool,
    own: Mapping[str, str],
    all_books: str,
) -> Canonical:
    """Page `page` of `pages` of the catalogue under the filters `active`.

    `own` has the address of each filter that has a page of its own, such as one author; with
    exactly one of these it is the nearest, else `all_books` is. Only an unfiltered, unsorted list
    has the same books on the same page.
    """
    if "q" in active:
        return Canonical(None, FOUND_BY_SEARCH)
    clean = [own[name] for name in active if name in own]
    nearest = clean[0] if len(clean) == 1 else all_books
    is_plain = not is_sorted and len(active) == len(clean) <= 1
    return of_list(nearest, page, pages) if is_plain else Canonical(nearest)


def catalogue_canonical(
    query: Asked,
    first_sort: str,
    pages: int,
    trail: Sequence[Category] = (),
    author: Contributor | None = None,
) -> Canonical:
    """The same for what a page asked for: the category at the end of `trail`, and the author."""
    own = {}
    if trail:
        own["category"] = category_url(trail[-1])
    if author is not None:
        own["author"] = author_url(author)
    return of_catalogue(
        query.active,
        query.page,
        pages,
        is_sorted=query.sort != first_sort,
        own=own,
        all_books=url_for("catalogue.index"),
    )


def install(app: Flask) -> None:
    app.jinja_env.globals.update(canonical_of_list=of_list)
