"""Reports of errors, where somebody wants them."""

from __future__ import annotations


class Reports:
    """Nobody wants any."""

    def job_failed(self, task: str, error: BaseException) -> None:
        """A job of this task has raised it."""

    def flush(self) -> None:
        """Send what is not sent yet: the process ends without a farewell."""


_current = Reports()


def current() -> Reports:
    return _current


def use(reports: Reports) -> None:
    """From now on, in this process and in those that it forks."""
    global _current
    _current = reports
