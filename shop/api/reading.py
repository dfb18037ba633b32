"""Reading requests of the API: what cannot be read is told field by field."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from flask import request
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    create_model,
)
from pydantic_core import ErrorDetails

from shop.errors import BadRequest, FieldError, Invalid, Unsupported
from shop.repositories.base import LARGEST_KEY
from shop.repositories.filters import Filters
from shop.repositories.paging import MAX_LIMIT, MAX_PAGE

Model = TypeVar("Model", bound=BaseModel)
JSON = "application/json"
WHOLE = re.compile(rb"\d\.0|\d[eE]")
FORM = "multipart/form-data"


class Body(BaseModel):
    """What is sent as JSON: nothing beside the fields that are named, and no type for another."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Query(BaseModel):
    """A part of a query string. `told` is what is said to whoever got it wrong."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    told: ClassVar[str] = "See errors for each parameter."


class Paging(Query):
    """`page` from 1 with `limit` rows to it; or `cursor`, empty at first, then the `next_cursor`
    of the answer before: by id, and each part costs the same however far it is."""

    told: ClassVar[str] = f"page is from 1 to {MAX_PAGE}, limit from 1 to {MAX_LIMIT}."

    page: Annotated[int, Field(ge=1, le=MAX_PAGE)] = 1
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = 20
    cursor: Annotated[str, StringConstraints(pattern="^[0-9]{0,10}$")] | None = None

    @property
    def after(self) -> int | None:
        """The id behind which a walk goes on: 0 at its start, and nothing is behind the largest."""
        return None if self.cursor is None else min(int(self.cursor or 0), LARGEST_KEY)

    @property
    def walks(self) -> bool:
        return self.cursor is not None


def _parts(value: object) -> object:
    return value.split(",") if isinstance(value, str) else value


class Fields(Query):
    """`fields=a,b` leaves out all others, of each item in a list."""

    fields: list[str] | None = None


def _some_of(names: Iterable[str]) -> Any:
    """The type of a list of these."""
    literal: Any = Literal
    items: Any = list
    return Annotated[items[literal[tuple(names)]], Field(min_length=1)]


def fields_of(answer: type[BaseModel]) -> type[Fields]:
    """Fields that know which names there are."""
    kind: Any = Annotated[_some_of(answer.model_fields) | None, BeforeValidator(_parts)]
    return create_model(f"{answer.__name__}Fields", __base__=Fields, fields=(kind, None))


class Include(Query):
    """`include=a,b` adds what hangs on it."""

    include: list[str] = []


def include_of(*names: str) -> type[Include]:
    """Include that knows which names there are."""
    kind: Any = Annotated[_some_of(names), BeforeValidator(_parts)]
    return create_model("Include", __base__=Include, include=(kind, []))


def read_query(models: Mapping[str, type[BaseModel]]) -> dict[str, BaseModel]:
    """The query string by its models; Invalid names every field at fault and what is allowed."""
    given = request.args.to_dict()
    read: dict[str, BaseModel] = {}
    rest = dict(given)
    for name, model in models.items():
        if not issubclass(model, Filters):
            own = {key: rest.pop(key) for key in list(rest) if key in model.model_fields}
            read[name] = _validated(model, own)
    for name, model in models.items():
        if issubclass(model, Filters):
            read[name], rest = model.parse(rest), {}
    if rest:
        allowed = sorted(key for model in models.values() for key in model.model_fields)
        problems = tuple(FieldError(key, "unknown parameter", "extra_forbidden") for key in rest)
        raise Invalid(f"Parameters: {', '.join(allowed)}.", problems)
    _refuse_ordered_walk(read)
    return read


def _refuse_ordered_walk(read: Mapping[str, BaseModel]) -> None:
    """A cursor walks by id: it goes with no other order, and with none by relevance."""
    walks = any(isinstance(part, Paging) and part.walks for part in read.values())
    for part in read.values():
        if walks and isinstance(part, Filters) and part.order_by:
            message = "cursor goes by id: leave order_by out, or ask for pages"
            raise Invalid(message, (FieldError("cursor", message, "ordered"),))


def read_body(model: type[Model]) -> Model:
    """The JSON of the request; BadRequest for what is no JSON, Unsupported for another kind."""
    if request.mimetype != JSON:
        raise Unsupported(f"Send {JSON}.")
    try:
        return model.model_validate_json(_with_whole_numbers(request.get_data()), strict=True)
    except ValidationError as error:
        if any(problem["type"] == "json_invalid" for problem in error.errors()):
            raise BadRequest("The body is not JSON.") from None
        raise Invalid("See errors for each field.", _problems(error)) from None


def _with_whole_numbers(sent: bytes) -> bytes:
    """3.0 is an integer in JSON, as its schema has it, and none to pydantic."""
    if not WHOLE.search(sent):
        return sent
    with suppress(ValueError, RecursionError):
        return json.dumps(json.loads(sent, parse_float=_number)).encode()
    return sent


def _number(text: str) -> float | int:
    value = float(text)
    return int(value) if value.is_integer() else value


def read_upload(model: type[Model]) -> Model:
    """The form with its files, each as bytes; Unsupported for another kind."""
    if request.mimetype != FORM:
        raise Unsupported(f"Send {FORM}.")
    files = {name: file.read() for name, file in request.files.items()}
    try:
        return model.model_validate(request.form.to_dict() | files)
    except ValidationError as error:
        raise Invalid("See errors for each field.", _problems(error)) from None


def _validated(model: type[BaseModel], given: Mapping[str, str]) -> BaseModel:
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise Invalid(getattr(model, "told", Query.told), _problems(error)) from None


def _problems(error: ValidationError) -> tuple[FieldError, ...]:
    return tuple(
        FieldError(_place(problem), problem["msg"], problem["type"])
        for problem in error.errors(include_url=False, include_input=False)
    )


def _place(problem: ErrorDetails) -> str:
    return ".".join(str(part) for part in problem["loc"])
