"""Lists for staff: filters, sorting and page out of an address, as far as they make sense."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import request

from shop.repositories.filters import Filters
from shop.repositories.paging import MAX_PAGE

F = TypeVar("F", bound=Filters)


@dataclass(frozen=True)
class Asked(Generic[F]):
    """`others` are the filters in force but for `q`, as given; `ignored` made no sense."""

    filters: F
    page: int
    q: str
    others: Mapping[str, str]
    ignored: list[str]


def asked_page() -> int:
    """The page of a list that the address asks for, from 1."""
    return min(max(request.args.get("page", 1, type=int), 1), MAX_PAGE)


def asked(kind: type[F], **usual: str) -> Asked[F]:
    """What the address asks of a list; `usual` are filters that hold where it says nothing."""
    given = {
        name: value.strip()
        for name, value in request.args.to_dict().items()
        if value.strip()
        and (name in ("q", "order_by") or "__" in name or name in kind.model_fields)
    }
    filters, ignored = kind.sensible({**usual, **given})
    others = {name: v for name, v in given.items() if name not in ignored and name != "q"}
    return Asked(
        filters, asked_page(), "" if "q" in ignored else given.get("q", ""), others, ignored
    )
