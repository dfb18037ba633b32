"""What books hang on and what there are few of, whole: the category tree, publishers, series."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from shop.models import Category, Publisher, Series


@dataclass(frozen=True)
class Names:
    categories: Sequence[Category]
    publishers: Mapping[int, Publisher]
    series: Mapping[int, Series]
    _publisher_ids: dict[str, int] = field(init=False, repr=False)
    _series_ids: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        publishers = {each.slug: key for key, each in self.publishers.items()}
        object.__setattr__(self, "_publisher_ids", publishers)
        series = {each.slug: key for key, each in self.series.items()}
        object.__setattr__(self, "_series_ids", series)

    def publisher_ids(self, slugs: Iterable[str]) -> list[int]:
        return [self._publisher_ids[slug] for slug in slugs if slug in self._publisher_ids]

    def series_ids(self, slugs: Iterable[str]) -> list[int]:
        return [self._series_ids[slug] for slug in slugs if slug in self._series_ids]

    def at_or_below(self, paths: Sequence[str]) -> list[int]:
        """Ids of the categories at these paths of slugs, and of all below them."""
        roots = tuple(f"{path}/" for path in paths)
        return [each.id for each in self.categories if f"{each.path}/".startswith(roots)]

    def at(self, paths: Sequence[str]) -> list[Category]:
        """The categories at these paths, as far as there are such."""
        by_path = {category.path: category for category in self.categories}
        return [by_path[path] for path in paths if path in by_path]

    def trail(self, paths: Sequence[str]) -> list[Category]:
        """From the root down to the category, where there is one path only."""
        return self.at(list(_prefixes(paths[0]))) if len(paths) == 1 else []

    def series_named(self, slugs: Iterable[str]) -> list[Series]:
        return [self.series[key] for key in self.series_ids(slugs)]

    def above(self) -> Mapping[int, Sequence[int]]:
        """For each category the ids of those above it, itself among them."""
        ids = {category.path: category.id for category in self.categories}
        return {
            category.id: [ids[path] for path in _prefixes(category.path) if path in ids]
            for category in self.categories
        }


def _prefixes(path: str) -> Iterable[str]:
    slugs = path.split("/")
    return ("/".join(slugs[:depth]) for depth in range(1, len(slugs) + 1))
