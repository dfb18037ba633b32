"""The same done to many orders, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from shop.errors import ShopError, Unavailable
from shop.models import Order


@dataclass(frozen=True)
class Chosen:
    """An order of a list, as it was seen there."""

    number: str
    version: int | None = None


@dataclass(frozen=True)
class Parcel(Chosen):
    """How it went off."""

    carrier: str = ""
    tracking_number: str = ""


C = TypeVar("C", bound=Chosen)


@dataclass(frozen=True)
class Outcome:
    """`problem` is why it was refused; None where it was done."""

    number: str
    problem: ShopError | None = None


def one_by_one(chosen: Iterable[C], verb: Callable[[C], Order]) -> list[Outcome]:
    """Do it to each; one that is refused keeps no other from it. Unavailable ends it all."""
    return [_tried(each, verb) for each in chosen]


def _tried(each: C, verb: Callable[[C], Order]) -> Outcome:
    try:
        verb(each)
    except Unavailable:
        raise
    except ShopError as problem:
        return Outcome(each.number, problem)
    return Outcome(each.number)
