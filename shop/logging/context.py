"""What all records have in common that are written for one request, or for one job."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

_facts: ContextVar[Mapping[str, object]] = ContextVar("facts_of_log_records")


def noted() -> Mapping[str, object]:
    """Facts of the request or job at hand, by the names that they have in a record."""
    return _facts.get({})


def note(**facts: object) -> None:
    """Have every record from here on tell this as well: `request_id`, `route`, `method`,
    `user_id`, `order`. None takes a fact back."""
    _facts.set({**noted(), **facts})


def begin(**facts: object) -> None:
    """Have every record from here on tell this and nothing of what was noted before."""
    _facts.set(facts)


@contextmanager
def scope(**facts: object) -> Iterator[None]:
    """Note this, and whatever is noted inside, until the end of the block."""
    before = _facts.set({**noted(), **facts})
    try:
        yield
    finally:
        _facts.reset(before)
