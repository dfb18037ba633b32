"""A small tree of categories for the classes of the Library of Congress."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select

from shop.models import Category
from shop.repositories.base import Sessions

FILE = Path(__file__).resolve().parent / "categories.toml"


class Entry(BaseModel):
    """A category; `classes` are the beginnings of the marks that stand in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    slug: str
    name: str
    name_ru: str
    classes: tuple[str, ...] = ()


class Tree(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    root: Entry
    category: tuple[Entry, ...]

    def path(self, entry: Entry) -> str:
        return f"{self.root.slug}/{entry.slug}"

    def path_of(self, mark: str) -> str:
        """Where a mark such as `PS` or `E201` stands: at the longest beginning that is known."""
        by_class = {each: entry for entry in self.category for each in entry.classes}
        longest = max((each for each in by_class if mark.startswith(each)), key=len)
        return self.path(by_class[longest])


@cache
def tree() -> Tree:
    return Tree.model_validate(tomllib.loads(FILE.read_text()))


def plant(session: Sessions) -> int:
    """How many categories were missing and are there now."""
    there = set(session.scalars(select(Category.path)))
    own = tree()
    if own.root.slug not in there:
        position = len([path for path in there if "/" not in path])
        session.add(_row(own.root, own.root.slug, position))
        session.flush()
    parent_id = session.scalar(select(Category.id).where(Category.path == own.root.slug))
    missing = [
        _row(entry, own.path(entry), place, parent_id)
        for place, entry in enumerate(own.category)
        if own.path(entry) not in there
    ]
    session.add_all(missing)
    session.flush()
    return len(missing)


def _row(entry: Entry, path: str, position: int, parent_id: int | None = None) -> Category:
    return Category(
        **entry.model_dump(include={"slug", "name", "name_ru"}),
        path=path,
        position=position,
        parent_id=parent_id,
    )
