"""Answers of the API: JSON with a validator, lists in one shape, and only the fields asked for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from flask import Response, request
from pydantic import BaseModel

from shop.api.etags import etag_of
from shop.repositories.paging import Page

Item = TypeVar("Item", bound=BaseModel)


class ListOut(BaseModel, Generic[Item]):
    """One part of a list. `page` is null where `cursor` was asked for, and `next_cursor` leads on
    from there; it is null at the end."""

    items: Sequence[Item]
    total: int
    page: int | None
    limit: int
    pages: int
    next_cursor: str | None


@dataclass(frozen=True)
class Answer:
    """What a view answers. `entity` is what it tells of, and names its ETag; `fields` are kept."""

    body: BaseModel | Mapping[str, Any] | None = None
    entity: Any = None
    fields: Sequence[str] | None = None
    location: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def answered(answer: Answer, status: int) -> Response:
    """The response; a GET whose ETag the client has already is a 304."""
    if answer.body is None:
        response = Response(status=status)
    else:
        text = json.dumps(_dumped(answer), ensure_ascii=False, separators=(",", ":"))
        response = Response(text, status, mimetype="application/json")
        digest = hashlib.sha256(text.encode()).hexdigest()[:20]
        response.set_etag(etag_of(digest, answer.entity))
        response.headers["Cache-Control"] = "private, no-cache"
        response.headers["Vary"] = "Authorization, Cookie"
    if answer.location is not None:
        response.headers["Location"] = answer.location
    response.headers.update(answer.headers)
    if request.method in ("GET", "HEAD"):
        response.make_conditional(request)
    return response


def listed(page: Page[Any], items: Sequence[BaseModel], *, walked: bool) -> dict[str, Any]:
    """One part of a list, in the shape that all lists have; `walked` by a cursor."""
    return {
        "items": [item.model_dump(mode="json", exclude_unset=True) for item in items],
        "total": page.total,
        "page": None if walked else page.page,
        "limit": page.limit,
        "pages": page.pages,
        "next_cursor": None if page.next_after is None else str(page.next_after),
    }


def _dumped(answer: Answer) -> Any:
    body = answer.body
    # A field that was left unset is left out: what only some may see, or what nobody asked for.
    values = (
        body.model_dump(mode="json", exclude_unset=True)
        if isinstance(body, BaseModel)
        else dict(body or {})
    )
    if answer.fields is None:
        return values
    wanted = set(answer.fields)
    if "items" in values:
        kept = [{k: v for k, v in item.items() if k in wanted} for item in values["items"]]
        return {**values, "items": kept}
    return {name: value for name, value in values.items() if name in wanted}
