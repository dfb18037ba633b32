"""What the API answers, for its document; records are as the contract has them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field, WithJsonSchema

from log_service.levels import Level
from log_service.problems import ProblemAnswer

Record = Annotated[dict[str, Any], WithJsonSchema({"$ref": "#/components/schemas/LogRecord"})]
Moment = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
Count = Annotated[int, Field(ge=0)]


class Walk(BaseModel):
    """Records in their order; `next_cursor` is null where there are no more."""

    items: list[Record]
    limit: int
    next_cursor: str | None


class Page(BaseModel):
    """One page of all that fit."""

    items: list[Record]
    total: Count
    page: int
    limit: int
    pages: Count


class Hour(BaseModel):
    """The hour that begins then; a level without records is not in it."""

    hour: Moment
    counts: dict[Level, Count]


class Stats(BaseModel):
    """Every hour between, also those without records."""

    since: Moment
    until: Moment
    hours: list[Hour]
    levels: dict[Level, Count]
    total: Count


class Stored(BaseModel):
    """How many records are new."""

    stored: Count


class Status(BaseModel):
    """Never anything else; who is not well answers with a problem or not at all."""

    status: Annotated[str, WithJsonSchema({"const": "ok"})]


MODELS: tuple[type[BaseModel], ...] = (Walk, Page, Stats, Stored, Status, ProblemAnswer)
