"""The tree of categories with the books that hang in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from shop.models import Category


@dataclass
class CategoryNode:
    """A category in the tree of the page, with the number of matching books at or below it."""

    category: Category
    book_count: int
    children: list[CategoryNode] = field(default_factory=list)


def tree(categories: Iterable[Category], counts: Mapping[int, int]) -> list[CategoryNode]:
    """The roots with what hangs below them; a category that `counts` gives no book is left out."""
    nodes: dict[int, CategoryNode] = {}
    roots: list[CategoryNode] = []
    for category in sorted(categories, key=lambda c: c.path.count("/")):
        if not (count := counts.get(category.id, 0)):
            continue
        nodes[category.id] = node = CategoryNode(category, count)
        parent = nodes.get(category.parent_id) if category.parent_id else None
        (parent.children if parent else roots).append(node)
    return roots
