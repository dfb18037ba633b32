"""How serious a record is."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """From the least serious to the most."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"
    CRITICAL = "CRITICAL"

    @property
    def and_above(self) -> frozenset[Level]:
        levels = list(Level)
        return frozenset(levels[levels.index(self) :])
