"""What Schemathesis reads: the document, a little shorter, and its settings as TOML."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HOOKS = Path(__file__).with_name("hooks.py")
# So many filters of a list for each kind of value, and so many lists with a filter of this kind.
OF_A_KIND = 1
LISTS_OF_A_KIND = 2
# What is not there and what has changed meanwhile may be answered to any good request.
ACCEPTED = ["2xx", "3xx", 401, 403, 404, 409, 412, 429]
REFUSED = ["4xx"]
WITHOUT_A_HEADER = [400, 401, 403, 406, 415, 422, 428]
# How often it asks for what is there.
OFTEN = 0.7

Known = Mapping[str, list[Any]]
Operation = dict[str, Any]


def shortened(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Lists have a hundred filters, read and refused alike: the first ones of each kind do.

    Those who may call them are another matter: what nobody in particular sees, and what not.
    """
    lists: Counter[tuple[bool, str]] = Counter()
    for _, operation in operations(document):
        kinds: Counter[str] = Counter()
        kept = []
        for parameter in operation["parameters"]:
            kind = json.dumps({**parameter, "name": ""}, sort_keys=True)
            of_all = {} in operation["security"], kind
            kinds[kind] += 1
            lists[of_all] += kinds[kind] == 1
            if parameter["in"] != "query" or (
                kinds[kind] <= OF_A_KIND and lists[of_all] <= LISTS_OF_A_KIND
            ):
                kept.append(parameter)
        operation["parameters"] = kept
    return document


def operations(document: Mapping[str, Any]) -> Iterator[tuple[str, Operation]]:
    for path, methods in document["paths"].items():
        for operation in methods.values():
            yield path, operation


@dataclass(frozen=True)
class Tokens:
    """Of two logins of one account: logging out ends what is called with it."""

    good: str
    to_log_out_with: str


def as_toml(
    document: Mapping[str, Any], known: Known, tokens: Tokens | None, edges: set[str]
) -> str:
    """`edges` are the operations whose limits are tried one by one."""
    lines = [f"hooks = {json.dumps(str(HOOKS))}"]
    lines += [f'dictionaries."{name}".values = {json.dumps(known[name])}' for name in known]
    lines += [
        f"checks.positive_data_acceptance.expected-statuses = {json.dumps(ACCEPTED)}",
        f"checks.negative_data_rejection.expected-statuses = {json.dumps(REFUSED)}",
        f"checks.missing_required_header.expected-statuses = {json.dumps(WITHOUT_A_HEADER)}",
    ]
    if tokens:
        lines.append(f"auth.openapi.bearer.bearer = {json.dumps(tokens.good)}")
    for path, operation in operations(document):
        lines += ["[[operations]]", *_one(path, operation, known, edges, tokens is None)]
        if tokens and operation["operationId"] == "auth_logout":
            lines.append(f'headers.Authorization = "Bearer {tokens.to_log_out_with}"')
    return "\n".join(lines)


def _one(
    path: str, operation: Operation, known: Known, edges: set[str], anonymous: bool
) -> Iterator[str]:
    name = operation["operationId"]
    yield f"include-operation-id = {json.dumps(name)}"
    yield f"phases.coverage.enabled = {json.dumps(name in edges)}"
    if anonymous and {} not in operation["security"]:
        # Whatever it is sent, it says that nobody is logged in.
        yield "generation.max-examples = 1"
    named = {parameter["name"] for parameter in operation["parameters"]}
    if "requestBody" in operation or "X-Cart-Token" in named:
        # The shop's rules go beyond schemas; `refused_for_what_is_told` sees that they are its own.
        accepted = json.dumps([*ACCEPTED, 422])
        yield f"checks.positive_data_acceptance.expected-statuses = {accepted}"
    for parameter in operation["parameters"]:
        where, found = parameter["in"], _dictionary(path, parameter["name"])
        if found in known and where in ("path", "header"):
            bound = f'{{ dictionary = "{found}", probability = {OFTEN} }}'
            yield f'parameters."{where}.{parameter["name"]}" = {bound}'


def _dictionary(path: str, parameter: str) -> str:
    """`key` is the id of what the path is about: `authors`."""
    return path.split("/")[3] if parameter == "key" else parameter
