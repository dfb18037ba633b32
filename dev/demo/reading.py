"""Reading the catalogue's files into one whole."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from dev.demo.entries import Category, Imprint, Person, Series, Shelf, Work

FOLDER = Path(__file__).resolve().parent / "catalogue"


@dataclass(frozen=True)
class Catalogue:
    """Everything in the files. `works` are in the order of their groups' names."""

    people: dict[str, Person]
    categories: tuple[Category, ...]
    imprints: dict[str, Imprint]
    series: tuple[Series, ...]
    works: tuple[Work, ...]
    shelves: tuple[Shelf, ...] = ()

    @cached_property
    def places(self) -> dict[str, tuple[Series, int]]:
        """Series and number of each work that is in one, by the work's key."""
        return {
            key: (series, number)
            for series in self.series
            for number, key in enumerate(series.works, 1)
        }

    @cached_property
    def paths(self) -> dict[str, str]:
        """Where each category is in the tree, by its slug."""
        return {category.slug: path for path, category, _ in self.tree()}

    def tree(self) -> Iterator[tuple[str, Category, int]]:
        """Each category with its path and its place among its neighbours, parents first."""
        for place, root in enumerate(self.categories):
            yield root.slug, root, place
            for below, child in enumerate(root.children):
                yield f"{root.slug}/{child.slug}", child, below


def read(folder: Path = FOLDER) -> Catalogue:
    """The catalogue; ValidationError names an entry that is not whole."""
    works = [work for path in sorted(folder.glob("works-*.toml")) for work in _works(path)]
    return Catalogue(
        people={
            key: Person.model_validate(entry)
            for key, entry in _table(folder / "people.toml")["person"].items()
        },
        categories=tuple(
            Category.model_validate(entry)
            for entry in _table(folder / "categories.toml")["category"]
        ),
        imprints={
            key: Imprint.model_validate(entry)
            for key, entry in _table(folder / "imprints.toml")["imprint"].items()
        },
        series=tuple(
            Series.model_validate(entry) for entry in _table(folder / "series.toml")["series"]
        ),
        works=tuple(works),
        shelves=tuple(
            Shelf.model_validate(entry) for entry in _table(folder / "shelves.toml")["shelf"]
        ),
    )


def _works(path: Path) -> Iterator[Work]:
    """The works of one file, which are all in one language."""
    table = _table(path)
    for entry in table["work"]:
        yield Work.model_validate({"language": table["language"], **entry})


def _table(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)
