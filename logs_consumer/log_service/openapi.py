"""The OpenAPI 3.1 document, made of the models that the code reads and answers with.

https://spec.openapis.org/oas/v3.1.0
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from log_service.answers import MODELS, Page, Stats, Status, Stored, Walk
from log_service.contract import SCHEMA
from log_service.problems import MEDIA_TYPE, ProblemAnswer
from log_service.queries import ListQuery, StatsQuery

REF = "#/components/schemas/{model}"
JSON = "application/json"
Told = dict[str, Any]
DESCRIBED = {
    401: "Without the token",
    409: "Some were stored already; the others are stored now",
    413: "More than 16 MiB",
    415: "No application/json",
    422: "What was sent cannot be used; errors has each place",
    503: "The store does not answer, or not in time",
}


@cache
def document() -> Told:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Colophon: the log service", "version": "1"},
        "paths": {
            "/logs": {"get": _logs(), "post": _store()},
            "/logs/stats": {"get": _stats()},
            "/healthz": {"get": _check("healthz", "This process answers", [])},
            "/readyz": {"get": _check("readyz", "The document store answers", [503])},
            "/metrics": {"get": _metrics()},
            "/openapi.json": {"get": _itself()},
        },
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }


def _logs() -> Told:
    answer = {"anyOf": [_ref(Walk), _ref(Page)]}
    return {
        "operationId": "logs",
        "summary": "Records, the newest first",
        "description": "With `page`, a page by its number and how many there are in all. Without "
        "it, the first records or those behind `cursor`, and where the next ones begin.",
        "parameters": list(_parameters(ListQuery)),
        "responses": _responses(200, answer, [401, 422, 503]),
    }


def _stats() -> Told:
    return {
        "operationId": "stats",
        "summary": "How many records of each level there are in each hour",
        "description": "Of at most 31 days; of the last 24 hours if nothing is said.",
        "parameters": list(_parameters(StatsQuery)),
        "responses": _responses(200, _ref(Stats), [401, 422, 503]),
    }


def _store() -> Told:
    return {
        "operationId": "store",
        "summary": "Store a batch of records",
        "description": "What is stored is there once, however often it is sent.",
        "requestBody": {
            "required": True,
            "content": {JSON: {"schema": {"$ref": REF.format(model="LogBatch")}}},
        },
        "responses": _responses(201, _ref(Stored), [401, 409, 413, 415, 422, 503]),
    }


def _check(name: str, summary: str, failures: list[int]) -> Told:
    responses = _responses(200, _ref(Status), failures)
    return {"operationId": name, "summary": summary, "responses": responses, "security": []}


def _metrics() -> Told:
    told = _responses(200, {"type": "string"}, [401])
    told["200"]["content"] = {"text/plain": {"schema": {"type": "string"}}}
    return {"operationId": "metrics", "summary": "For Prometheus", "responses": told}


def _itself() -> Told:
    responses = _responses(200, {"type": "object"}, [])
    return {
        "operationId": "openapi",
        "summary": "This document",
        "responses": responses,
        "security": [],
    }


def _responses(status: int, schema: Told, failures: list[int]) -> Told:
    good = {
        "description": HTTPStatus(status).phrase,
        "content": {JSON: {"schema": schema}},
    }
    bad = {
        str(failure): {
            "description": DESCRIBED[failure],
            "content": {MEDIA_TYPE: {"schema": _ref(ProblemAnswer)}},
            **({"headers": HEADERS[failure]} if failure in HEADERS else {}),
        }
        for failure in failures
    }
    return {str(status): good, **bad}


HEADERS = {
    401: {"WWW-Authenticate": {"required": True, "schema": {"const": "Bearer"}}},
    503: {"Retry-After": {"required": True, "schema": {"type": "string", "pattern": "^[0-9]+$"}}},
}


def _ref(model: type[BaseModel]) -> Told:
    return {"$ref": REF.format(model=model.__name__)}


def _schemas() -> Told:
    """Those of the contract as they stand in its file, and the answers'."""
    asked = [(model, "serialization") for model in MODELS]
    _, ours = models_json_schema(asked, ref_template=REF)  # type: ignore[arg-type]
    named = {"LogBatch": {k: v for k, v in SCHEMA.items() if k[0] != "$"}, **SCHEMA["$defs"]}
    moved = json.dumps(named).replace("#/$defs/", "#/components/schemas/")
    schemas: Told = {**ours["$defs"], **json.loads(moved)}
    return schemas


def _parameters(model: type[BaseModel]) -> Iterator[Told]:
    told = model.model_json_schema(ref_template=REF)
    for name, schema in told["properties"].items():
        plain = _plain(schema, told.get("$defs", {}))
        description = plain.pop("description", None)
        parameter: Told = {"name": name, "in": "query", "schema": plain}
        if description:
            parameter["description"] = description
        if plain.get("type") == "array":
            parameter |= {"style": "form", "explode": False}
        yield parameter


def _plain(schema: Told, named: Mapping[str, Any]) -> Told:
    """Without the null that stands for "not asked", and without references."""
    kept = {name: value for name, value in schema.items() if name not in ("title", "default")}
    if schema.get("default") is not None:
        kept["default"] = schema["default"]
    for choice in kept.pop("anyOf", ()):
        if choice.get("type") != "null":
            kept |= choice
    plain: Told = _resolved(kept, named)
    return plain


def _resolved(told: Any, named: Mapping[str, Any]) -> Any:
    if isinstance(told, list):
        return [_resolved(part, named) for part in told]
    if not isinstance(told, dict):
        return told
    if "$ref" in told:
        target = named[told["$ref"].rpartition("/")[2]]
        rest = {name: value for name, value in told.items() if name != "$ref"}
        kept = {
            name: value for name, value in target.items() if name not in ("title", "description")
        }
        return _resolved({**kept, **rest}, named)
    return {name: _resolved(part, named) for name, part in told.items()}
