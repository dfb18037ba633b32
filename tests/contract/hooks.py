"""What Schemathesis is taught about the shop; its configuration names this file.

https://schemathesis.readthedocs.io/en/stable/guides/extending/
"""

from __future__ import annotations

import itertools
from typing import Any, get_args

import schemathesis
from pydantic_core.core_schema import ErrorType
from schemathesis import Case, CheckContext, GenerationMode, HookContext, Response

# A model's own validators raise these two; all others come from what the document tells as well.
OWN = {"value_error", "assertion_error"}
TOLD = {*get_args(ErrorType)} - OWN
SHORTEST_KEY = 16
_numbers = itertools.count(1)


@schemathesis.hook
def before_call(context: HookContext, case: Case, kwargs: dict[str, Any]) -> None:
    """Two things that no schema can say: a key is for one request, a cursor goes by id."""
    headers, query = case.headers or {}, case.query or {}
    if len(headers.get("Idempotency-Key", "")) >= SHORTEST_KEY:
        headers["Idempotency-Key"] = f"{next(_numbers):0{SHORTEST_KEY}}"
    if query.get("cursor") is not None:
        query.pop("order_by", None)


@schemathesis.check
def refused_for_what_is_told(context: CheckContext, response: Response, case: Case) -> None:
    """What the document admits is refused by the shop's own rules only, never by its types."""
    if response.status_code != 422 or not _is_positive(case):
        return
    problems = [error for error in response.json()["errors"] if error["code"] in TOLD]
    assert not problems, f"the document says nothing of this: {problems}"


def _is_positive(case: Case) -> bool:
    return case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE
