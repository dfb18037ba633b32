"""The OpenAPI 3.1 document, made from what the operations declare and the rules of their routes.

https://spec.openapis.org/oas/v3.1.0
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Flask
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from werkzeug.routing import Rule

from shop.api.examples import EXAMPLES
from shop.api.operations import Operation, operation_of
from shop.api.problems import Problem, described, example
from shop.api.sent_headers import HEADERS, sent_with
from shop.models.columns import LARGEST_INTEGER
from shop.repositories.filters import Filters
from shop.web.access import Access, rule_of
from shop.web.errors import PROBLEM

REF = "#/components/schemas/{model}"
JSON = "application/json"
CONVERTER = re.compile(r"<(?:(?P<kind>\w+)(?:\([^>]*\))?:)?(?P<name>\w+)>")
KEY = {"type": "integer", "minimum": 1, "maximum": LARGEST_INTEGER}
# ETags with commas, or `*` for whatever is there.
VERSION = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "pattern": r'^(\*|(W/)?"[!#-~]+"(, *(W/)?"[!#-~]+")*)$'},
}
ONCE = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "minLength": 16, "maxLength": 128},
    "description": "Sent again with the same key, the request is answered as the first time; 409 "
    "`still_running` while that has not ended, and for two minutes after a 5xx other than "
    "`payment_unavailable`. Keys are the sender's own: an account's, a guest's cart's, or else an "
    "address and browser's.",
}
SCHEMES = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "An access token of /api/v1/auth/login, or a personal API key.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "session",
        "description": "Whoever is logged in on the pages is logged in here.",
    },
}
SIGNED_IN: list[dict[str, list[str]]] = [{"bearer": []}, {"session": []}]


@dataclass(frozen=True)
class Described:
    """One operation with its address."""

    rule: Rule
    method: str
    declared: Operation
    access: Access
    summary: str
    description: str

    @property
    def path(self) -> str:
        return str(CONVERTER.sub(r"{\g<name>}", self.rule.rule))

    @property
    def id(self) -> str:
        return str(self.rule.endpoint).removeprefix("api_").replace(".", "_")

    @property
    def failures(self) -> list[int]:
        """Every status of 400 and above that it can have."""
        said = self.declared
        # 403 is a key's that was not made for this, and of staff without a second factor.
        found = {*said.errors, 403, 429, 503}
        if not self.access.way_in:
            # A token that is no good, also where none is asked for.
            found.add(401)
        if CONVERTER.search(self.rule.rule):
            found.add(404)
        if said.body is not None or said.upload is not None:
            found |= {400, 413, 415, 422}
        if said.query or CONVERTER.search(self.rule.rule) or self.method == "POST":
            found.add(422)
        if said.if_match is not None:
            found |= {412, 428}
        if said.keyed:
            found |= {409, 422}
        return sorted(found)


def document(app: Flask, title: str, address: str) -> dict[str, Any]:
    """The document of a running shop at this public address."""
    described = sorted(_described(app), key=lambda each: (each.path, each.method))
    refs, definitions = _schemas(described)
    paths: dict[str, dict[str, Any]] = {}
    for each in described:
        paths.setdefault(each.path, {})[each.method.lower()] = _operation(each, refs)
    return {
        "openapi": "3.1.0",
        "info": {"title": f"{title}: the bookshop's API", "version": "1"},
        "servers": [{"url": address}],
        "paths": paths,
        "components": {
            "schemas": definitions,
            "headers": HEADERS,
            "securitySchemes": SCHEMES,
        },
    }


def _described(app: Flask) -> Iterator[Described]:
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        declared, access = operation_of(view), rule_of(app, rule.endpoint)
        if declared is None or access is None:
            continue
        summary, _, description = (view.__doc__ or "").strip().partition("\n")
        text = re.sub(r"\n\s+", "\n", description).strip()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            yield Described(rule, method, declared, access, summary, text)


Refs = Mapping[Any, dict[str, Any]]


def _schemas(described: list[Described]) -> tuple[Refs, dict[str, Any]]:
    """A reference for each model that is read or answered, and the schemas they lead to."""
    asked: dict[Any, None] = {(Problem, "serialization"): None}
    for each in described:
        said = each.declared
        read = [said.body, said.upload]
        asked.update({(model, "validation"): None for model in read if model is not None})
        if said.answer is not None:
            asked[said.answer, "serialization"] = None
    found, definitions = models_json_schema(list(asked), ref_template=REF)
    refs: Any = found
    named = definitions.get("$defs", {})
    for each in described:
        if _takes_fields(each.declared):
            _add_part(refs[each.declared.answer, "serialization"], named)
    return refs, named


def _takes_fields(said: Operation) -> bool:
    return any("fields" in model.model_fields for model in said.query.values())


def _add_part(ref: Mapping[str, Any], named: dict[str, Any]) -> None:
    """Beside what is answered, the same with only the fields that were asked for."""
    whole = named[_name(ref)]
    if (items := whole["properties"].get("items")) is not None:
        _add_part(items["items"], named)
        part_of_items = {**items, "items": _part(items["items"])}
        part = {**whole, "properties": {**whole["properties"], "items": part_of_items}}
    else:
        part = {name: value for name, value in whole.items() if name != "required"}
    name = _name(_part(ref))
    # Generators of clients call classes by it.
    named[name] = {**part, "title": name}


def _part(ref: Mapping[str, Any]) -> dict[str, Any]:
    return {"$ref": f"{ref['$ref']}Part"}


def _answered(said: Operation, refs: Refs) -> dict[str, Any]:
    ref = refs[said.answer, "serialization"]
    return {"anyOf": [ref, _part(ref)]} if _takes_fields(said) else ref


def _name(ref: Mapping[str, Any]) -> str:
    return str(ref.get("$ref", "")).rpartition("/")[2]


def _operation(each: Described, refs: Refs) -> dict[str, Any]:
    said = each.declared
    told: dict[str, Any] = {
        "operationId": each.id,
        "tags": [said.tag],
        "summary": each.summary,
        "parameters": _parameters(each),
        "responses": _responses(each, refs),
        "security": SIGNED_IN if each.access.login else [{}, *SIGNED_IN],
    }
    if each.description:
        told["description"] = each.description
    body = said.body or said.upload
    if body is not None:
        kind = JSON if said.body is not None else "multipart/form-data"
        content: dict[str, dict[str, Any]] = {kind: {"schema": refs[body, "validation"]}}
        if body.__name__ in EXAMPLES:
            content[kind]["example"] = EXAMPLES[body.__name__]
        told["requestBody"] = {"required": True, "content": content}
    return told


def _parameters(each: Described) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {
            "name": match["name"],
            "in": "path",
            "required": True,
            "schema": KEY if match["kind"] == "int" else {"type": "string", "minLength": 1},
        }
        for match in CONVERTER.finditer(each.rule.rule)
    ]
    for model in each.declared.query.values():
        found += _query_parameters(model)
    for name, use in each.declared.headers.items():
        kind = {"type": "string"}
        found.append({"name": name, "in": "header", "schema": kind, "description": use})
    if each.declared.if_match is not None:
        found.append(VERSION)
    if each.declared.keyed:
        found.append(ONCE)
    return found


def _query_parameters(model: type[BaseModel]) -> Iterator[dict[str, Any]]:
    schema = model.model_json_schema(ref_template=REF)
    definitions = schema.get("$defs", {})
    for name, told in schema["properties"].items():
        kind = _resolved(_without_null(told), definitions)
        if name == "order_by":
            kind = {"type": "string", "pattern": _order_pattern(model)}
        parameter: dict[str, Any] = {"name": name, "in": "query", "schema": kind}
        if name in schema.get("required", ()):
            parameter["required"] = True
        if kind.get("type") == "array":
            # a,b,c
            parameter.update(style="form", explode=False)
        yield parameter


def _order_pattern(model: type[BaseModel]) -> str:
    """`-price,title`: columns with commas, each with a minus for descending."""
    names = "|".join(sorted(model.orders())) if issubclass(model, Filters) else ""
    return f"^(-?({names})(,-?({names}))*)?$"


def _without_null(told: Mapping[str, Any]) -> dict[str, Any]:
    """A parameter that is not sent is not null."""
    kept = {name: value for name, value in told.items() if name not in ("title", "default")}
    choices = [c for c in kept.pop("anyOf", ()) if c.get("type") != "null"]
    if len(choices) == 1:
        return {**kept, **choices[0]}
    return {**kept, "anyOf": choices} if choices else kept


def _resolved(told: Any, definitions: Mapping[str, Any]) -> Any:
    """The schema with what it refers to put in its place."""
    if isinstance(told, list):
        return [_resolved(part, definitions) for part in told]
    if not isinstance(told, dict):
        return told
    if "$ref" in told:
        return _resolved(definitions[_name(told)], definitions)
    return {name: _resolved(part, definitions) for name, part in told.items()}


def _responses(each: Described, refs: Refs) -> dict[str, Any]:
    said = each.declared
    answer: dict[str, Any] = {"description": HTTPStatus(said.status).phrase}
    if said.answer is not None:
        answer["content"] = {JSON: {"schema": _answered(said, refs)}}
    told: dict[int, dict[str, Any]] = {said.status: answer}
    if each.method == "GET":
        told[304] = {"description": "As your If-None-Match says"}
    for status in each.failures:
        content = {PROBLEM: {"schema": refs[Problem, "serialization"], "example": example(status)}}
        told[status] = {"description": described(status), "content": content}
    return {str(status): {**told[status], "headers": sent_with(said, status)} for status in told}
