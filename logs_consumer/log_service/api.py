"""The REST API over the stored records."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from http import HTTPStatus

from flask import Blueprint, Response, current_app, jsonify, request
from pymongo.collection import Collection

from log_service import telling
from log_service.batches import Poison, Record, read
from log_service.contract import Fault
from log_service.documents import Document
from log_service.openapi import document
from log_service.problems import Problem, invalid, unavailable
from log_service.queries import ListQuery, StatsQuery, parse
from log_service.reading import Reading
from log_service.store import LogStore, Outcome, StoreAway, answers

pages = Blueprint("api", __name__)
OPEN_TO_ALL = frozenset({"api.healthz", "api.readyz", "api.openapi"})
STORE = "log_store"
PING_SECONDS = 2.0


def _store() -> LogStore:
    store: LogStore = current_app.extensions[STORE]
    return store


def _records() -> Collection[Document]:
    return _store().records


@pages.get("/logs")
def logs() -> Response:
    """Records, the newest first."""
    asked = parse(ListQuery, request.args)
    reading = Reading(_records())
    if asked.page is None:
        items, place = reading.behind(asked)
        return jsonify(items=items, limit=asked.limit, next_cursor=str(place) if place else None)
    items, total = reading.page(asked, asked.page)
    return jsonify(
        items=items,
        total=total,
        page=asked.page,
        limit=asked.limit,
        pages=math.ceil(total / asked.limit),
    )


@pages.get("/logs/stats")
def stats() -> Response:
    """How many records of each level there are in each hour."""
    asked = parse(StatsQuery, request.args)
    since, until = asked.span(datetime.now(UTC))
    return jsonify(Reading(_records()).counts(asked, since, until))


@pages.post("/logs")
def store() -> tuple[Response, int]:
    """Store a batch."""
    records = _sent()
    try:
        outcome = _store().write(records)
    except StoreAway as error:
        raise unavailable() from error
    telling.posted.inc(outcome.stored)
    if problem := _left_over(records, outcome):
        raise problem
    return jsonify(stored=outcome.stored), HTTPStatus.CREATED


def _sent() -> list[Record]:
    """The records of the body; raises Problem if any of them is bad."""
    if request.mimetype != "application/json":
        raise Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", "Send application/json."
        )
    try:
        batch = read(request.get_data())
    except Poison as poison:
        raise invalid(poison.faults or [Fault("", poison.code, str(poison))]) from None
    if batch.refused:
        raise invalid(fault for refused in batch.refused for fault in refused.faults)
    return batch.records


def _left_over(records: list[Record], outcome: Outcome) -> Problem | None:
    """About what was not stored; what was is counted in it."""
    places = {record["id"]: number for number, record in enumerate(records)}
    faults = [
        Fault(f"records.{places[record['id']]}", "refused_by_store", reason)
        for record, reason in outcome.refused
    ]
    if faults:
        problem = invalid(faults)
        problem.members["stored"] = outcome.stored
        return problem
    if not outcome.repeated:
        return None
    return Problem(
        HTTPStatus.CONFLICT,
        "duplicates",
        f"{len(outcome.repeated)} records are stored already; {outcome.stored} are new.",
        [Fault(f"records.{places[each]}.id", "duplicate", each) for each in outcome.repeated],
        stored=outcome.stored,
    )


@pages.get("/healthz")
def healthz() -> Response:
    """This process answers."""
    return jsonify(status="ok")


@pages.get("/readyz")
def readyz() -> Response:
    """The document store answers."""
    if not answers(_records(), PING_SECONDS):
        raise unavailable()
    return jsonify(status="ok")


@pages.get("/metrics")
def metrics() -> Response:
    """For Prometheus."""
    return telling.exposition()


@pages.get("/openapi.json")
def openapi() -> Response:
    """This document."""
    return jsonify(document())
