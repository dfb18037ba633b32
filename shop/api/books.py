"""Books, to read."""

from __future__ import annotations

from typing import Annotated

from flask import Blueprint, Response, jsonify, request
from flask_login import current_user
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shop.api.schemas import book_out, list_out
from shop.errors import FieldError, Invalid
from shop.models import Permission
from shop.repositories.book_filters import BookFilters
from shop.repositories.paging import MAX_LIMIT, MAX_PAGE
from shop.web.access import public
from shop.web.services import services

api = Blueprint("api_books", __name__, url_prefix="/api/v1/books")


class Paging(BaseModel):
    """`page` from 1; `limit` rows to a page."""

    model_config = ConfigDict(extra="ignore")

    page: Annotated[int, Field(ge=1, le=MAX_PAGE)] = 1
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = 20


@api.get("")
@public
def index() -> Response:
    """Books that match every filter; 422 lists what can be asked for."""
    asked = request.args.to_dict()
    paging = _paging(asked)
    filters = BookFilters.parse({k: v for k, v in asked.items() if k not in Paging.model_fields})
    found = services.catalogue.find(filters, paging.page, paging.limit)
    return jsonify(list_out(found, [book_out(b, for_staff=_for_staff()) for b in found]))


@api.get("/<int:book_id>")
@public
def show(book_id: int) -> Response:
    """One book; 404 when there is none."""
    return jsonify(book_out(services.catalogue.get(book_id), for_staff=_for_staff()))


def _for_staff() -> bool:
    return bool(current_user.is_authenticated and current_user.may(Permission.SEE_STOCK))


def _paging(asked: dict[str, str]) -> Paging:
    try:
        return Paging.model_validate(asked)
    except ValidationError as error:
        problems = [FieldError(str(p["loc"][0]), p["msg"], p["type"]) for p in error.errors()]
        detail = f"page is from 1 to {MAX_PAGE}, limit from 1 to {MAX_LIMIT}."
        raise Invalid(detail, tuple(problems)) from None
