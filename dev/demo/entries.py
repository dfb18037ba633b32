"""What stands in the catalogue's files, as typed and complete records."""

from __future__ import annotations

from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from shop.models import BookFormat, ContributorRole, ShelfKind
from shop.models.slugs import slug


class Entry(BaseModel):
    """A misspelt or missing field stops the reading with its name."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_min_length=1)


class Person(Entry):
    """Someone on a title page. Years before the common era are negative."""

    name: str
    name_en: str | None = None
    sort: str
    birth: int
    death: int

    @property
    def slug(self) -> str:
        return slug(self.name_en or self.name)

    def name_in(self, language: str) -> str:
        """What a title page in that language says."""
        return self.name if language == "ru" else self.name_en or self.name


class Category(Entry):
    slug: str
    name: str
    name_ru: str
    children: tuple[Category, ...] = ()


class Imprint(Entry):
    """A publishing house, with the language and the parts of the tree that it prints."""

    name: str
    language: str
    prints: tuple[str, ...]


class Series(Entry):
    """Works by key, in the order of their numbers."""

    name: str
    imprint: str
    format: BookFormat
    works: tuple[str, ...]


class ShelfCard(Entry):
    """A work on a shelf with the card under it."""

    work: str
    note: str
    note_ru: str
    signed: str
    signed_ru: str


class Shelf(Entry):
    """Works by key, in the order of the shelf: with cards, or without."""

    slug: str
    kind: ShelfKind
    name: str
    name_ru: str
    description: str
    description_ru: str
    entry: tuple[ShelfCard, ...] = ()
    works: tuple[str, ...] = ()


class Work(Entry):
    """One book of the shop. People and categories are keys of theirs."""

    language: Literal["en", "ru"]
    title: str
    subtitle: str | None = None
    authors: tuple[str, ...] = Field(min_length=1)
    translators: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()
    illustrators: tuple[str, ...] = ()
    year: int
    categories: tuple[str, ...] = Field(min_length=1, max_length=3)
    pages: int = Field(gt=0)
    age: Literal[0, 6, 12, 16, 18]
    blurb: str
    # Copies, where a book has to show something: sold out, the last one. Else invented.
    stock: int | None = Field(default=None, ge=0)
    # Days before the loading on which it came into the shop: a hand-made window of new books.
    arrived: int | None = Field(default=None, gt=0)
    # Days after the loading on which it goes on sale, where it is announced.
    out_in_days: int | None = Field(default=None, gt=0)

    @cached_property
    def key(self) -> str:
        """`gogol/shinel`: what series call it by, and what its inventions grow from."""
        return f"{self.authors[0]}/{self.slug}"

    @cached_property
    def slug(self) -> str:
        return slug(self.title)

    @property
    def credits(self) -> list[tuple[ContributorRole, str]]:
        """Who did what, in the order of the title page."""
        named = {
            ContributorRole.AUTHOR: self.authors,
            ContributorRole.TRANSLATOR: self.translators,
            ContributorRole.EDITOR: self.editors,
            ContributorRole.ILLUSTRATOR: self.illustrators,
        }
        return [(role, person) for role, people in named.items() for person in people]
