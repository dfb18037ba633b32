"""What may be asked in a query string, as typed values."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from werkzeug.datastructures import MultiDict

from log_service.contract import RECORD, Fault
from log_service.levels import Level
from log_service.problems import invalid

# https://www.rfc-editor.org/rfc/rfc3339#section-5.6
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
NUMBER = re.compile(r"[0-9]{1,16}", re.ASCII)
DEEPEST = 10_000  # records before a page
LONGEST_SPAN = timedelta(days=31)
DAY = timedelta(days=1)
LARGEST_USER: int = RECORD["properties"]["user_id"]["maximum"]
# Times of records are between these, as the contract says: other moments mean the nearest one.
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)


def _moment(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if not MOMENT.fullmatch(value):
        raise ValueError("a moment of RFC 3339 is wanted: 2026-11-29T14:02:27Z (+ is %2B)")
    return min(max(datetime.fromisoformat(_six_digits(value)), EARLIEST), LATEST)


def _six_digits(value: str) -> str:
    """Python reads no more than microseconds."""
    return re.sub(r"(\.\d{6})\d+", r"\1", value.upper())


def _number(value: Any) -> Any:
    if isinstance(value, str) and not NUMBER.fullmatch(value):
        raise ValueError("a whole number is wanted")
    return value


def _levels(value: Any) -> Any:
    return value.split(",") if isinstance(value, str) else value


def _no_nul(value: str) -> str:
    if "\0" in value:
        raise ValueError("NUL is in no text")
    return value


def _of_record(name: str) -> dict[str, Any]:
    """What the contract says about text of this name, for a field that asks for it."""
    told = RECORD["properties"][name]
    return {
        ours: told[theirs]
        for ours, theirs in [("pattern", "pattern"), ("max_length", "maxLength")]
        if theirs in told
    }


Moment = Annotated[datetime, BeforeValidator(_moment)]
Text = Annotated[str, Field(min_length=1), AfterValidator(_no_nul)]


class Sort(StrEnum):
    NEWEST_FIRST = "-time"
    OLDEST_FIRST = "time"


@dataclass(frozen=True)
class Place:
    """Right behind this record in a list."""

    at: int
    id: str

    def __str__(self) -> str:
        return base64.urlsafe_b64encode(f"{self.at}.{self.id}".encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> Self:
        """Raises ValueError for what is none."""
        try:
            told = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True).decode()
        except (binascii.Error, ValueError):
            told = ""
        found = re.fullmatch(r"(\d{15,16})\.([0-9a-f]{32})", told, re.ASCII)
        if not found:
            raise ValueError("this is no cursor; take `next_cursor` of an answer as it is")
        return cls(int(found[1]), found[2])


class Filters(BaseModel):
    """Which records; what is not said is not asked for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    level: Annotated[list[Level], Field(min_length=1), BeforeValidator(_levels)] | None = Field(
        default=None, description="One of these, with commas between."
    )
    min_level: Level | None = Field(default=None, description="This one or more serious.")
    since: Moment | None = Field(default=None, description="At this moment or later.")
    until: Moment | None = Field(default=None, description="Before this moment.")
    logger: Annotated[Text, Field(**_of_record("logger"))] | None = Field(
        default=None, description="This logger, or one below it: `shop.web` has `shop.web.errors`."
    )
    service: Annotated[str, Field(**_of_record("service"))] | None = None
    request_id: Annotated[str, Field(**_of_record("request_id"))] | None = None
    order: Annotated[Text, Field(**_of_record("order"))] | None = None
    user_id: (
        Annotated[
            int,
            Field(ge=1, le=RECORD["properties"]["user_id"]["maximum"]),
            BeforeValidator(_number),
        ]
        | None
    ) = None
    text: Annotated[Text, Field(max_length=200)] | None = Field(
        default=None, description="In message or traceback, whatever its case."
    )

    @model_validator(mode="after")
    def _some_time(self) -> Self:
        if self.since and self.until and self.since > self.until:
            raise ValueError("since is after until")
        return self

    @property
    def levels(self) -> list[Level]:
        least = self.min_level or Level.DEBUG
        asked = set(self.level or Level) & least.and_above
        return [level for level in Level if level in asked]


class ListQuery(Filters):
    """A page by its number, or the records behind a cursor; without both, the first ones."""

    sort: Sort = Field(default=Sort.NEWEST_FIRST, description="`time` has the oldest first.")
    limit: Annotated[int, Field(ge=1, le=500), BeforeValidator(_number)] = 100
    page: Annotated[int, Field(ge=1, le=DEEPEST), BeforeValidator(_number)] | None = Field(
        default=None,
        description=f"At most {DEEPEST} records may come before it; a cursor goes further.",
    )
    cursor: Annotated[str, Field(max_length=100)] | None = Field(
        default=None, description="`next_cursor` of an answer to the same question."
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.page is not None and self.cursor is not None:
            raise ValueError("page and cursor do not go together")
        if self.page is not None and (self.page - 1) * self.limit > DEEPEST:
            raise ValueError(f"more than {DEEPEST} records come before this page: use a cursor")
        if self.cursor is not None:
            Place.read(self.cursor)
        return self

    @property
    def behind(self) -> Place | None:
        return Place.read(self.cursor) if self.cursor is not None else None


class StatsQuery(Filters):
    """At most 31 days; the last 24 hours if nothing is said."""

    def span(self, now: datetime) -> tuple[datetime, datetime]:
        """From and to; raises Problem where it is too long."""
        until = self.until or (self.since + DAY if self.since else now)
        since = self.since or until - DAY
        if until - since > LONGEST_SPAN:
            text = f"at most {LONGEST_SPAN.days} days are counted at once"
            raise invalid([Fault("since", "too_long", text)])
        return since, until


Query = TypeVar("Query", bound=BaseModel)


def parse(model: type[Query], args: MultiDict[str, str]) -> Query:
    """The question; raises Problem that names each parameter at fault."""
    twice = [name for name in args if len(args.getlist(name)) > 1]
    if twice:
        raise invalid([Fault(name, "given_twice", "give it once") for name in twice])
    try:
        return model.model_validate(args.to_dict())
    except ValidationError as error:
        raise invalid(_faults(model, error)) from None


def _faults(model: type[BaseModel], error: ValidationError) -> list[Fault]:
    return [
        Fault(
            ".".join(map(str, each["loc"])),
            each["type"],
            f"unknown; there are {', '.join(model.model_fields)}"
            if each["type"] == "extra_forbidden"
            else each["msg"].removeprefix("Value error, "),
        )
        for each in error.errors(include_url=False, include_input=False, include_context=False)
    ]
