"""What tests may tell the sandbox to do wrong.

The settings live in memory: a restarted sandbox behaves well. Numbers count down to nought
as they are used up; switches stay until they are turned off.
"""

import threading
from dataclasses import asdict, dataclass
from typing import Any

from dev.yookassa_sandbox.errors import Processing, unknown_outcome


@dataclass
class Plan:
    """The settings of ``/_control``, with what they are when nothing is set."""

    fail_before: int = 0
    fail_after: int = 0
    accept_only: int = 0
    slow_calls: int = 0
    slow_seconds: float = 0.0
    cancel_refunds: int = 0
    duplicate_webhooks: bool = False
    drop_webhooks: bool = False


LARGEST = 600  # calls or seconds; a typing error should not hang a test run for a day


class Faults:
    """A :class:`Plan` that threads may share."""

    def __init__(self) -> None:
        self._plan = Plan()
        self._lock = threading.Lock()

    def update(self, settings: dict[str, Any], *, reset: bool) -> None:
        """Change some settings, with ``reset`` the others back to normal.

        Raises ValueError, and changes nothing, for a wrong one.
        """
        defaults = asdict(Plan())
        for name, value in settings.items():
            if name not in defaults:
                raise ValueError(f"unknown setting {name!r}; there are {', '.join(defaults)}")
            _check(name, value, defaults[name])
        with self._lock:
            if reset:
                self._plan = Plan()
            for name, value in settings.items():
                setattr(self._plan, name, value)

    def settings(self) -> dict[str, Any]:
        """The settings as they are now."""
        with self._lock:
            return asdict(self._plan)

    def before_work(self) -> None:
        """Raise what a writing call must answer instead of doing anything."""
        if self._use_up("fail_before"):
            raise unknown_outcome()
        if self._use_up("accept_only"):
            raise Processing

    def after_work(self) -> None:
        """Raise what a writing call must answer although its work is done."""
        if self._use_up("fail_after"):
            raise unknown_outcome()

    def delay(self) -> float:
        """Seconds for which to keep back the answer in hand."""
        return float(self.settings()["slow_seconds"]) if self._use_up("slow_calls") else 0.0

    def cancels_refund(self) -> bool:
        """Whether the refund in hand must end as canceled."""
        return self._use_up("cancel_refunds")

    def copies_of_webhook(self) -> int:
        """How many times to send the notification in hand; 0 drops it."""
        plan = self.settings()
        if plan["drop_webhooks"]:
            return 0
        return 2 if plan["duplicate_webhooks"] else 1

    def _use_up(self, name: str) -> bool:
        with self._lock:
            left: int = getattr(self._plan, name)
            if left > 0:
                setattr(self._plan, name, left - 1)
            return left > 0


def _check(name: str, value: object, default: object) -> None:
    if isinstance(default, bool) or isinstance(value, bool):
        if type(value) is not type(default):
            raise ValueError(f"{name} is {'true or false' if default is False else 'a number'}")
        return
    if not isinstance(value, int | float) or (isinstance(default, int) and value != int(value)):
        raise ValueError(f"{name} is a number, whole unless it counts seconds")
    if not 0 <= value <= LARGEST:
        raise ValueError(f"{name} is from 0 to {LARGEST}")
