"""All values of a facet that has too many to stand beside the list."""

from __future__ import annotations

import unicodedata

import numpy as np

from shop.models import Contributor, Publisher
from shop.repositories.book_filters import BookFilters
from shop.repositories.book_index.selection import Selection
from shop.repositories.catalogue import ContributorRepository
from shop.services.facets import LongFacet, NamedChoice, most

# More than anybody reads; the field above the list finds the others.
SHOWN = 200


def all_authors(
    selection: Selection, filters: BookFilters, contributors: ContributorRepository, text: str
) -> LongFacet[Contributor]:
    """Authors whose name has the text, and how many: the chosen ones, then by their books."""
    counts = selection.authors()
    if text:
        counts = counts.among(np.array(contributors.named(counts.values.tolist(), text), np.int64))
    chosen = filters.author__id__in or []
    shown = most(counts, chosen, SHOWN)
    people = contributors.by_ids([value for value, _ in shown])
    choices = [
        NamedChoice(str(value), count, value in chosen, people[value])
        for value, count in shown
        if value in people
    ]
    return LongFacet(choices, len(counts))


def all_publishers(selection: Selection, filters: BookFilters, text: str) -> LongFacet[Publisher]:
    """The same of publishers."""
    names, counts = selection.names.publishers, selection.counts("publisher").without(0)
    if text:
        wanted = _folded(text)
        fitting = [key for key, each in names.items() if wanted in _folded(each.name)]
        counts = counts.among(np.array(fitting, np.int64))
    chosen = selection.names.publisher_ids(filters.publisher__slug__in or [])
    choices = [
        NamedChoice(names[value].slug, count, value in chosen, names[value])
        for value, count in most(counts, chosen, SHOWN)
        if value in names
    ]
    return LongFacet(choices, len(counts))


def _folded(text: str) -> str:
    """Without case and accents; ё is an е."""
    apart = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
