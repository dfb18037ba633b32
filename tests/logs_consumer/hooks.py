"""What Schemathesis is taught about the log service; its configuration names this file."""

from __future__ import annotations

from typing import Any

import schemathesis
from schemathesis import Case, CheckContext, GenerationMode, HookContext, Response

# Of what no schema can say: a moment that is none, one before the other, page and cursor at once.
OWN = {"value_error", "too_long", "given_twice", "duplicate", "format"}


@schemathesis.hook
def before_call(context: HookContext, case: Case, kwargs: dict[str, Any]) -> None:
    """A page and a cursor do not go together."""
    if (query := case.query or {}).get("cursor") is not None:
        query.pop("page", None)


@schemathesis.check
def refused_for_what_is_told(context: CheckContext, response: Response, case: Case) -> None:
    """What the document admits is refused by the service's own rules only, never by its types."""
    positive = case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE
    if response.status_code == 422 and positive:
        problems = [error for error in response.json()["errors"] if error["code"] not in OWN]
        assert not problems, f"the document says nothing of this: {problems}"
