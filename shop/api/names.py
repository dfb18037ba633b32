"""Authors, publishers, series and categories: alike but for their fields."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, url_for
from flask_login import current_user

from shop.api import name_schemas as schemas
from shop.api.answers import Answer, listed
from shop.api.bodies import Change, sent
from shop.api.etags import by_id
from shop.api.operations import operation
from shop.api.reading import Body, Fields, Include, Paging, fields_of, include_of
from shop.models import Category, Contributor, Permission, Publisher, Series
from shop.repositories import name_filters as filters_of
from shop.repositories.filters import Filters
from shop.services.names import NameService
from shop.web.access import allowed_to, public
from shop.web.services import services
from shop.web.urls import absolute

COUNTED = "books_count"


@dataclass(frozen=True)
class Names:
    """One kind: what it is called, its service, and its shapes."""

    plural: str
    one: str
    model: type[Any]
    service: Callable[[], NameService[Any]]
    shown: Callable[..., schemas.NameOut]
    answer: type[schemas.NameOut]
    listing: type[Any]
    body: type[Body]
    change: type[Change]
    filters: type[Filters]

    def shown_with(self, entities: Sequence[Any], include: Include) -> list[schemas.NameOut]:
        """As they are answered; their books are counted for all at once."""
        if COUNTED not in include.include:
            return [self.shown(entity) for entity in entities]
        counts = self.service().book_counts([entity.id for entity in entities])
        return [self.shown(each, **{COUNTED: counts.get(each.id, 0)}) for each in entities]


def told(text: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """What the document says of a view."""

    def tell(view: Callable[..., Any]) -> Callable[..., Any]:
        view.__doc__ = text
        return view

    return tell


def blueprint_of(names: Names) -> Blueprint:
    api = Blueprint(f"api_{names.plural}", __name__, url_prefix=f"/api/v1/{names.plural}")
    _add_reading(api, names)
    _add_writing(api, names)
    return api


def _add_reading(api: Blueprint, names: Names) -> None:
    shape = {"fields": fields_of(names.answer), "include": include_of(COUNTED)}
    asked = {"paging": Paging, **shape, "filters": names.filters}

    @api.get("")
    @public
    @operation(names.plural, answer=names.listing, query=asked)
    @told(f"{names.plural.capitalize()} that match every filter.")
    def index(paging: Paging, fields: Fields, include: Include, filters: Filters) -> Answer:
        found = names.service().find(filters, paging.page, paging.limit, paging.after)
        shown = names.shown_with(found.items, include)
        return Answer(listed(found, shown, walked=paging.walks), fields=fields.fields)

    @api.get("/<int:key>")
    @public
    @operation(names.plural, answer=names.answer, query=shape)
    @told(f"One {names.one}.\n\nThe 404 of a double names the one that was kept: `merged_into`.")
    def show(key: int, fields: Fields, include: Include) -> Answer:
        entity = names.service().get(key)
        [shown] = names.shown_with([entity], include)
        return Answer(shown, entity=entity, fields=fields.fields)


def _add_writing(api: Blueprint, names: Names) -> None:
    answer, one = names.answer, names.one
    named = by_id(names.model, "key")

    def changed(key: int, version: int | None, body: Body) -> Answer:
        entity = names.service().amend(key, version, sent(body), current_user)
        return Answer(names.shown(entity), entity=entity)

    @api.post("")
    @allowed_to(Permission.EDIT_BOOKS)
    @operation(
        names.plural,
        body=names.body,
        answer=answer,
        status=201,
        keyed=True,
        errors=(409,),
        sends=("Location",),
    )
    @told(f"Add one {one}.")
    def create(body: Body) -> Answer:
        entity = names.service().add(sent(body), current_user)
        address = absolute(url_for(f"{api.name}.show", key=entity.id))
        return Answer(names.shown(entity), entity=entity, location=address)

    @api.put("/<int:key>")
    @allowed_to(Permission.EDIT_BOOKS)
    @operation(names.plural, body=names.body, answer=answer, if_match=named, errors=(409,))
    @told(f"Replace one {one}, whole.")
    def replace(key: int, version: int | None, body: Body) -> Answer:
        return changed(key, version, body)

    @api.patch("/<int:key>")
    @allowed_to(Permission.EDIT_BOOKS)
    @operation(names.plural, body=names.change, answer=answer, if_match=named, errors=(409,))
    @told(f"Change some fields of one {one}.")
    def change(key: int, version: int | None, body: Body) -> Answer:
        return changed(key, version, body)

    @api.delete("/<int:key>")
    @allowed_to(Permission.EDIT_BOOKS)
    @operation(names.plural, status=204, if_match=named, errors=(409,))
    @told(f"Delete one {one}.\n\n409 while books or others hang on it.")
    def delete(key: int, version: int | None) -> None:
        names.service().remove(key, version, current_user)


KINDS = (
    Names(
        "authors",
        "author",
        Contributor,
        lambda: services.contributors,
        schemas.author_out,
        schemas.AuthorOut,
        schemas.AuthorList,
        schemas.AuthorIn,
        schemas.AuthorChange,
        filters_of.ContributorFilters,
    ),
    Names(
        "publishers",
        "publisher",
        Publisher,
        lambda: services.publishers,
        schemas.publisher_out,
        schemas.PublisherOut,
        schemas.PublisherList,
        schemas.PublisherIn,
        schemas.PublisherChange,
        filters_of.PublisherFilters,
    ),
    Names(
        "series",
        "series",
        Series,
        lambda: services.series,
        schemas.series_out,
        schemas.WholeSeries,
        schemas.SeriesList,
        schemas.SeriesIn,
        schemas.SeriesChange,
        filters_of.SeriesFilters,
    ),
    Names(
        "categories",
        "category",
        Category,
        lambda: services.categories,
        schemas.category_out,
        schemas.WholeCategory,
        schemas.CategoryList,
        schemas.CategoryIn,
        schemas.CategoryChange,
        filters_of.CategoryFilters,
    ),
)
BLUEPRINTS = tuple(blueprint_of(names) for names in KINDS)
