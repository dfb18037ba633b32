"""Leaving a part alone that did not answer."""

from __future__ import annotations

from time import monotonic

# Seconds.
REST_SECONDS = 10.0


class Rest:
    """A part that did not answer is not asked for a while: each page would wait for it."""

    def __init__(self) -> None:
        self._until = 0.0

    def begin(self, seconds: float = REST_SECONDS) -> None:
        self._until = monotonic() + seconds

    @property
    def goes_on(self) -> bool:
        return monotonic() < self._until
