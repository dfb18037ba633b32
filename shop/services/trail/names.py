"""Numbers in facts, and what they are the numbers of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from shop.repositories.audit import AuditRepository, Facts, by_noun

# What a field holds the number of.
NUMBERS = {
    "publisher_id": "publisher",
    "series_id": "series",
    "parent_id": "category",
    "book_id": "book",
    "category_ids": "category",
    "contributors": "contributor",
    "book_ids": "book",
    "books": "book",
    "credits": "book",
    "joined": "book",
}
# The names of things, by noun and number.
Named = Mapping[tuple[str, int], str]


def names_in(
    audit: AuditRepository, all_facts: Iterable[Facts], things: Iterable[tuple[str, int]] = ()
) -> Named:
    """What these facts speak of, and these things; what is gone has no name any more."""
    spoken_of = (pair for facts in all_facts for pair in numbers(facts))
    return audit.titles(by_noun([*spoken_of, *things]))


def numbers(facts: Facts) -> Iterator[tuple[str, int]]:
    for name, value in facts.items():
        noun = NUMBERS.get(name, "")
        for each in value if isinstance(value, list) else [value]:
            key = number_of(each)
            if noun and key is not None:
                yield noun, key


def number_of(value: Any) -> int | None:
    """The number in a part of a fact: itself, or the `id` of what more is said about."""
    if isinstance(value, dict):
        value = value.get("id", value.get("book_id"))
    return value if isinstance(value, int) and not isinstance(value, bool) else None
