"""Bodies that replace an entity, and bodies that change some of its fields."""

from __future__ import annotations

from typing import Any, TypeVar, get_type_hints

from pydantic import Field, create_model

from shop.api.reading import Body

Whole = TypeVar("Whole", bound=Body)


class Change(Body):
    """Fields that are sent are set, all others stay as they are."""


def unsent() -> None:
    """A field without a default in the document: leaving it out is not sending null."""


def change_of(whole: type[Body], name: str) -> type[Change]:
    """The body of a PATCH, by the body that replaces everything."""
    fields: dict[str, Any] = {
        field: (kind, Field(default_factory=unsent))
        for field, kind in get_type_hints(whole, include_extras=True).items()
        if field in whole.model_fields
    }
    return create_model(name, __base__=Change, __doc__=Change.__doc__, **fields)


def sent(body: Body) -> dict[str, Any]:
    """Values by field: those that were sent of a change, all of what replaces everything."""
    kind = type(body)
    names = body.model_fields_set if isinstance(body, Change) else kind.model_fields
    return {name: getattr(body, name) for name in names}
