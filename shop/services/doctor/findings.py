"""What a check finds: one sentence, which says what to do where something is to be done."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    OK = "ok"
    # The shop runs, and somebody will be sorry.
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    level: Level
    sentence: str
    # Which check found it.
    part: str = ""


# Findings come one by one, so that those before a silence are known all the same.
Check = Callable[[], Iterable[Finding]]


def ok(sentence: str) -> Finding:
    return Finding(Level.OK, sentence)


def warning(sentence: str) -> Finding:
    return Finding(Level.WARNING, sentence)


def wrong(sentence: str) -> Finding:
    return Finding(Level.WRONG, sentence)
