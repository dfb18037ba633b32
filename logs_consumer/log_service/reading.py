"""Questions to the store: pages of records, walks behind a cursor, counts.

Only typed values get into a query, and every call has to end within `SECONDS`.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING
from pymongo.collection import Collection
from pymongo.errors import ExecutionTimeout, PyMongoError

from log_service.batches import Record
from log_service.documents import Document, microseconds, moment, record_of, written
from log_service.levels import Level
from log_service.problems import too_slow, unavailable
from log_service.queries import EARLIEST, LATEST, Filters, ListQuery, Place, Sort, StatsQuery

# For all that one request asks.
SECONDS = 4.0
# What a server has for its answer on top of it: what is later than that is away.
ANSWERING = SECONDS + 2.0
MINUTE = 60 * 1_000_000  # microseconds
HOUR = 60 * MINUTE
FIRST_SLICE = 5 * MINUTE
GROWTH = 8

Query = dict[str, Any]


@dataclass(frozen=True)
class Span:
    """From a moment to before another one, in microseconds."""

    low: int
    high: int


class Reading:
    """One request's questions, which have to be answered within `SECONDS` together."""

    def __init__(self, records: Collection[Document]) -> None:
        self._records = records
        self._end = time.monotonic() + SECONDS

    def page(self, asked: ListQuery, number: int) -> tuple[list[Record], int]:
        """The records of a page, and how many there are in all."""
        query = {**conditions(asked), **_within(span_of(asked))}
        with _translated():
            total = self._records.count_documents(query, maxTimeMS=self._left())
            skipped = (number - 1) * asked.limit
            found = self._find(query, asked, asked.limit, skipped) if skipped < total else []
        return [record_of(document) for document in found], total

    def behind(self, asked: ListQuery) -> tuple[list[Record], Place | None]:
        """The next records, and the place behind them if there are more."""
        with _translated():
            found = self._walk(asked, asked.limit + 1)
        kept = found[: asked.limit]
        more = len(found) > asked.limit
        place = Place(kept[-1]["at"], kept[-1]["_id"]) if more else None
        return [record_of(document) for document in kept], place

    def counts(self, asked: StatsQuery, since: datetime, until: datetime) -> dict[str, Any]:
        """How many records of each level there are in each hour."""
        span = Span(microseconds(since), microseconds(until))
        counted = self._counted({**conditions(asked), **_within(span)})
        hours = {hour: dict[Level, int]() for hour in _hours(span)}
        levels: dict[Level, int] = {}
        for hour, level, number in counted:
            hours[hour][level] = number
            levels[level] = levels.get(level, 0) + number
        return {
            "since": written(since),
            "until": written(until),
            "hours": [
                {"hour": moment(hour).strftime("%Y-%m-%dT%H:%M:%SZ"), "counts": counts}
                for hour, counts in hours.items()
            ],
            "levels": levels,
            "total": sum(levels.values()),
        }

    def _counted(self, query: Query) -> list[tuple[int, Level, int]]:
        hour = {"$subtract": ["$at", {"$mod": ["$at", HOUR]}]}
        stages: list[Query] = [
            {"$match": query},
            {"$group": {"_id": {"hour": hour, "level": "$level"}, "number": {"$sum": 1}}},
            {"$sort": {"_id.hour": 1, "_id.level": 1}},
        ]
        with _translated():
            return [
                (int(found["_id"]["hour"]), Level(found["_id"]["level"]), found["number"])
                for found in self._records.aggregate(stages, maxTimeMS=self._left())
            ]

    def _walk(self, asked: ListQuery, wanted: int) -> list[Document]:
        found: list[Document] = []
        for part in _parts(asked):
            query = {**conditions(asked), **part}
            found += self._find(query, asked, wanted - len(found))
            if len(found) >= wanted:
                break
        return found

    def _find(self, query: Query, asked: ListQuery, limit: int, skipped: int = 0) -> list[Document]:
        direction = DESCENDING if asked.sort is Sort.NEWEST_FIRST else ASCENDING
        return list(
            self._records.find(query, sort=[("at", direction), ("_id", direction)])
            .skip(skipped)
            .limit(limit)
            .max_time_ms(self._left())
        )

    def _left(self) -> int:
        """Milliseconds; raises Problem when there are none."""
        left = int((self._end - time.monotonic()) * 1000)
        if left <= 0:
            raise too_slow(SECONDS)
        return left


@contextmanager
def _translated() -> Iterator[None]:
    """The driver's errors become problems."""
    try:
        yield
    except ExecutionTimeout:
        raise too_slow(SECONDS) from None
    except PyMongoError as error:
        raise unavailable() from error


def conditions(asked: Filters) -> Query:
    """All of the question but its time."""
    query: Query = {
        name: value
        for name in ("service", "request_id", "order", "user_id")
        if (value := getattr(asked, name)) is not None
    }
    if len(asked.levels) < len(Level):
        query["level"] = {"$in": [str(level) for level in asked.levels]}
    if asked.logger is not None:
        query["logger"] = {"$regex": rf"^{re.escape(asked.logger)}(\.|$)"}
    if asked.text is not None:
        contains = {"$regex": re.escape(asked.text), "$options": "i"}
        query["$or"] = [{"message": contains}, {"traceback": contains}]
    return query


def span_of(asked: Filters) -> Span:
    low, high = asked.since or EARLIEST, asked.until or LATEST
    return Span(microseconds(low), microseconds(high))


def _within(span: Span) -> Query:
    return {"at": {"$gte": span.low, "$lt": span.high}}


def _parts(asked: ListQuery) -> Iterator[Query]:
    """The times to ask for one after the other, until there is enough.

    Slices, each longer than the one before: a store that collects all that fits before it sorts
    would read everything for one page, and one that looks for a rare word begins where it is most
    likely wanted. What belongs to one request or order is few, and asked for at once.
    """
    span = span_of(asked)
    newest_first = asked.sort is Sort.NEWEST_FIRST
    if (place := asked.behind) is not None:
        if span.low <= place.at < span.high:
            yield {"at": place.at, "_id": {"$lt" if newest_first else "$gt": place.id}}
        span = (
            Span(span.low, min(span.high, place.at))
            if newest_first
            else Span(max(span.low, place.at + 1), span.high)
        )
    if asked.request_id is not None or asked.order is not None:
        yield _within(span)
    else:
        yield from map(_within, _slices(span, newest_first))


def _slices(span: Span, newest_first: bool) -> Iterator[Span]:
    length = FIRST_SLICE
    low, high = span.low, span.high
    if newest_first and high > (now := microseconds(datetime.now(UTC))) > low:
        # Whatever has a time to come, by a clock that is fast, is in the first slice.
        low_of_slice = max(low, now - length)
        yield Span(low_of_slice, high)
        high = low_of_slice
    while low < high:
        if newest_first:
            yield Span(max(low, high - length), high)
            high -= length
        else:
            yield Span(low, min(high, low + length))
            low += length
        length *= GROWTH


def _hours(span: Span) -> Iterator[int]:
    hour = span.low - span.low % HOUR
    while hour < span.high:
        yield hour
        hour += HOUR
