"""Lists of objects: https://yookassa.ru/developers/using-api/lists

Newest first, from 1 to 100 of them (10 if not said). While there are more, the answer has a
``next_cursor`` to ask on with.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from dev.yookassa_sandbox.clock import moment, stamp
from dev.yookassa_sandbox.errors import invalid

DEFAULT_LIMIT = 10
LARGEST_LIMIT = 100
# Where a bound is not given, one that every time is within; times are compared as text.
BOUNDS = {"gte": "", "gt": "", "lte": "~", "lt": "~"}


@dataclass(frozen=True)
class Query:
    """A checked query; ``parameters`` has a value for everything that may be asked."""

    limit: int
    parameters: dict[str, Any]


def read_query(arguments: Mapping[str, str], filters: Mapping[str, Collection[str]]) -> Query:
    """``filters`` are the fields that may be asked for, each with its values (none: any).

    Raises ApiError that names the parameter at fault.
    """
    limit = _read_limit(arguments.get("limit", str(DEFAULT_LIMIT)))
    parameters: dict[str, Any] = {"limit": limit, "cursor": arguments.get("cursor")}
    for name, values in filters.items():
        parameters[name] = arguments.get(name)
        if values and parameters[name] not in {None, *values}:
            raise invalid("Invalid request parameter", name)
    parameters |= _read_bounds(arguments, "created_at") | _read_bounds(arguments, "captured_at")
    parameters["captured"] = any(name.startswith("captured_at.") for name in arguments)
    return Query(limit, parameters)


def as_page(views: list[dict[str, Any]], limit: int) -> dict[str, Any]:
    """One page of a list, of which ``views`` may hold one more than fits."""
    page: dict[str, Any] = {"type": "list", "items": views[:limit]}
    if len(views) > limit:
        page["next_cursor"] = views[limit - 1]["id"]
    return page


def _read_limit(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= LARGEST_LIMIT:
        raise invalid("Invalid request parameter", "limit")
    return int(text)


def _read_bounds(arguments: Mapping[str, str], column: str) -> dict[str, str]:
    return {
        f"{column}_{bound}": _read_moment(arguments.get(f"{column}.{bound}"), f"{column}.{bound}")
        or everything
        for bound, everything in BOUNDS.items()
    }


def _read_moment(text: str | None, parameter: str) -> str | None:
    try:
        return None if text is None else stamp(moment(text))
    except ValueError:
        raise invalid("Invalid request parameter", parameter) from None
