"""Opens the ways out to OpenTelemetry and Sentry, where the configuration names them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from shop.observing import reports, tracing


@dataclass(frozen=True)
class Facts:
    """What is told of a request that an error happened in, and no more."""

    route: str | None
    request_id: str | None
    user_id: int | None


@dataclass(frozen=True)
class Outlets:
    """An empty address is none. `release` is what this build is called, if it has a name."""

    otlp_endpoint: str
    service_name: str
    sentry_dsn: str
    sentry_environment: str
    release: str


_opened: list[Outlets] = []


def open_outlets(wanted: Outlets, facts: Callable[[], Facts]) -> None:
    """Once for a process: what is opened is global to it, as are the libraries behind it.

    These two modules import theirs as others do, which takes each some 0.3 s of a
    processor. Hence they are imported by name, and only where somebody asked for it: the one
    exception to the rule that imports stand at the top.
    """
    if _opened:
        return
    _opened.append(wanted)
    if wanted.otlp_endpoint:
        otel: Any = import_module("shop.observing.otel")
        tracing.use(otel.opened(wanted.otlp_endpoint, wanted.service_name, wanted.release))
    if wanted.sentry_dsn:
        sentry: Any = import_module("shop.observing.sentry")
        environment, release = wanted.sentry_environment, wanted.release
        reports.use(sentry.opened(wanted.sentry_dsn, environment, release, facts))
