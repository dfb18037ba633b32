"""Authors, publishers, series and categories: as they are answered, and as they are sent."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from shop.api.answers import ListOut
from shop.api.bodies import change_of
from shop.api.reading import Body
from shop.api.values import Key, Line300, PersonsName, Position, Slug
from shop.models import Category, Contributor, Publisher, Series
from shop.web.urls import absolute, author_url, category_url, publisher_url, series_url


class NameOut(BaseModel):
    """What all of them have."""

    id: int
    name: str
    slug: str
    url: str
    # With include=books_count.
    books_count: int = 0


class AuthorOut(NameOut):
    """Somebody who made books: an author, a translator, an editor, an illustrator."""

    sort_name: str
    name_en: str | None


class PublisherOut(NameOut):
    """A publisher."""


class WholeSeries(NameOut):
    """A series of books."""


class WholeCategory(NameOut):
    """A place in the tree: `path` is the slugs from the root. Its books are those below it too."""

    name_ru: str | None
    path: str
    parent_id: int | None
    position: int


class AuthorList(ListOut[AuthorOut]):
    """Authors."""


class PublisherList(ListOut[PublisherOut]):
    """Publishers."""


class SeriesList(ListOut[WholeSeries]):
    """Series."""


class CategoryList(ListOut[WholeCategory]):
    """Categories."""


class AuthorIn(Body):
    """Somebody who makes books. What a list sorts by and the slug are made of the name, where
    they are left out; `name_en` is the name in Latin letters, where `name` is in others."""

    name: PersonsName
    sort_name: PersonsName | None = None
    name_en: PersonsName | None = None
    slug: Slug | None = None


class PublisherIn(Body):
    """A publisher. A slug that is left out is made of the name."""

    name: Line300
    slug: Slug | None = None


class SeriesIn(Body):
    """A series of books. A slug that is left out is made of the name."""

    name: Line300
    slug: Slug | None = None


class CategoryIn(Body):
    """A place in the tree, below `parent_id` or a root. A slug that is left out is made of the
    name. Among its neighbours it stands by `position`: left out, a new one
    is the last of them, and any other one stays at its place."""

    name: Line300
    name_ru: Line300 | None = None
    slug: Slug | None = None
    parent_id: Key | None = None
    position: Position | None = None


AuthorChange = change_of(AuthorIn, "AuthorChange")
PublisherChange = change_of(PublisherIn, "PublisherChange")
SeriesChange = change_of(SeriesIn, "SeriesChange")
CategoryChange = change_of(CategoryIn, "CategoryChange")


def author_out(author: Contributor, **more: int) -> AuthorOut:
    return AuthorOut(
        **_named(author, author_url(author)),
        sort_name=author.sort_name,
        name_en=author.name_en,
        **more,
    )


def publisher_out(publisher: Publisher, **more: int) -> PublisherOut:
    return PublisherOut(**_named(publisher, publisher_url(publisher)), **more)


def series_out(series: Series, **more: int) -> WholeSeries:
    return WholeSeries(**_named(series, series_url(series)), **more)


def category_out(category: Category, **more: int) -> WholeCategory:
    return WholeCategory(
        **_named(category, category_url(category)),
        name_ru=category.name_ru,
        path=category.path,
        parent_id=category.parent_id,
        position=category.position,
        **more,
    )


def _named(entity: Any, url: str) -> dict[str, Any]:
    return {"id": entity.id, "name": entity.name, "slug": entity.slug, "url": absolute(url)}
