"""The tree of categories with the books that hang in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from shop.models import Category


@dataclass
class CategoryNode:
    """A category in the tree of the page, with the number of matching books at or below it."""

    category: Category
    book_count: int
    children: list[CategoryNode] = field(default_factory=list)


@dataclass
class Branch:
    """A category with all that hangs below it, in the order that staff gave them."""

    category: Category
    children: list[Branch] = field(default_factory=list)


def branches(categories: Iterable[Category]) -> list[Branch]:
    """The roots of the whole tree; siblings by position, and by path where they share one."""
    listed = sorted(categories, key=lambda c: (c.path.count("/"), c.position, c.path))
    known = {each.id: Branch(each) for each in listed}
    roots: list[Branch] = []
    for each in listed:
        above = known[each.parent_id].children if each.parent_id else roots
        above.append(known[each.id])
    return roots


class Step(StrEnum):
    """Where a category goes from where it hangs: past a sibling, below the one before it, or
    beside the one above it."""

    UP = "up"
    DOWN = "down"
    IN = "in"
    OUT = "out"


# The category to hang below, None for none, and the place among those that hang there.
Place = tuple[int | None, int]


def place_after(step: Step, key: int, categories: Sequence[Category]) -> Place | None:
    """Where this step leads; None where there is no such way."""
    found = {each.category.id: each for each in walk(branches(categories))}
    if key not in found:
        return None
    parent_id = found[key].category.parent_id
    around = found[parent_id].children if parent_id else branches(categories)
    ids = [each.category.id for each in around]
    here = ids.index(key)
    if step is Step.OUT and parent_id:
        above = found[parent_id].category.parent_id
        beside = found[above].children if above else branches(categories)
        return above, [each.category.id for each in beside].index(parent_id) + 1
    if step is Step.IN and here:
        return ids[here - 1], len(found[ids[here - 1]].children)
    to = here + {Step.UP: -1, Step.DOWN: 1}.get(step, 0)
    return (parent_id, to) if to != here and 0 <= to < len(ids) else None


def walk(roots: Iterable[Branch]) -> Iterator[Branch]:
    for branch in roots:
        yield branch
        yield from walk(branch.children)


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
