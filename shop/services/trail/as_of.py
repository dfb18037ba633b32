"""A thing as it was at a moment: its entries of the trail, walked through to then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shop.models import AuditEntry
from shop.repositories.audit import Facts
from shop.services.trail.names import Named


@dataclass(frozen=True)
class Then:
    """One field. Not `is_sure`: it was changed by something that left no entry."""

    name: str
    then: Any
    now: Any
    is_sure: bool = True

    @property
    def is_other(self) -> bool:
        return bool(self.then != self.now)


@dataclass(frozen=True)
class AsOf:
    """`existed` is None where nothing says whether it was there."""

    at: datetime
    fields: Sequence[Then]
    existed: bool | None
    # Whether it is there today.
    exists: bool
    named: Named


def fields_at(
    entries: Sequence[AuditEntry], present: Facts | None, at: datetime
) -> tuple[list[Then], bool | None]:
    """The fields as they were, and whether the thing was there; entries are the oldest first."""
    past = [entry for entry in entries if entry.at <= at]
    later = [entry for entry in entries if entry.at > at]
    existed = _existed(past, later, present)
    now = present or {}
    names = list(now) or _names(entries)
    return [_field(name, past, later, now) for name in names], existed


def _existed(
    past: Sequence[AuditEntry], later: Sequence[AuditEntry], present: Facts | None
) -> bool | None:
    if past:
        return not _ends(past[-1])
    if later:
        return not _begins(later[0])
    return None if present is None else True


def _field(name: str, past: Sequence[AuditEntry], later: Sequence[AuditEntry], now: Facts) -> Then:
    """What the next entry found is what there was; else it is as it is now."""
    told = next((entry.after[name] for entry in reversed(past) if name in entry.after), None)
    is_told = any(name in entry.after for entry in past)
    found = [entry.before[name] for entry in later if name in entry.before]
    then = found[0] if found else now.get(name, told)
    return Then(name, then, now.get(name), is_sure=not is_told or told == then)


def _begins(entry: AuditEntry) -> bool:
    return not entry.before and bool(entry.after)


def _ends(entry: AuditEntry) -> bool:
    return bool(entry.before) and not entry.after


def _names(entries: Sequence[AuditEntry]) -> list[str]:
    """All that was ever told of what is gone."""
    told = (name for entry in entries for name in (*entry.before, *entry.after))
    return list(dict.fromkeys(told))
