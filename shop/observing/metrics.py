"""What the processes that answer requests count. `web/exposition` adds what is read when asked.

Labels have few values each: the name of a view and never an address, which would be one more
series for each that somebody makes up, and may name a person's order.
"""

from __future__ import annotations

import os

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
)
from prometheus_client.multiprocess import MultiProcessCollector

from shop.observing.metric_files import FOLDER

# When a series began, one more of each, which nobody asks for.
disable_created_metrics()  # type: ignore[no-untyped-call]
REGISTRY = CollectorRegistry()
# Seconds. A page takes 10 to 50 ms; a statement is given up after 15 s.
DURATIONS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
SQL_DURATIONS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)
NUMBERS = (0, 1, 2, 5, 10, 20, 50, 100)

REQUESTS = Counter(
    "colophon_requests_total",
    "Requests that were answered, by method, view and class of the answer's status.",
    ("method", "route", "status"),
    registry=REGISTRY,
)
REQUEST_SECONDS = Histogram(
    "colophon_request_seconds",
    "Seconds from a request's arrival in the shop until its answer was made.",
    ("method", "route"),
    buckets=DURATIONS,
    registry=REGISTRY,
)
UNDER_WAY = Gauge(
    "colophon_requests_under_way",
    "Requests that are being answered just now.",
    multiprocess_mode="livesum",
    registry=REGISTRY,
)
SQL_STATEMENTS = Counter(
    "colophon_sql_statements_total",
    "Statements sent to PostgreSQL during requests, by view.",
    ("route",),
    registry=REGISTRY,
)
SQL_SECONDS = Counter(
    "colophon_sql_seconds_total",
    "Seconds that requests waited for PostgreSQL, by view.",
    ("route",),
    registry=REGISTRY,
)
REQUEST_SQL_STATEMENTS = Histogram(
    "colophon_request_sql_statements",
    "Statements sent to PostgreSQL by one request.",
    buckets=NUMBERS,
    registry=REGISTRY,
)
REQUEST_SQL_SECONDS = Histogram(
    "colophon_request_sql_seconds",
    "Seconds that one request waited for PostgreSQL.",
    buckets=SQL_DURATIONS,
    registry=REGISTRY,
)
CACHE_LOOKUPS = Counter(
    "colophon_cache_lookups_total",
    "Questions to what is kept ready, by cache and whether it was there.",
    ("cache", "outcome"),
    registry=REGISTRY,
)


def count_lookup(cache: str, *, hit: bool) -> None:
    """Somebody asked the cache of this name, and it was there or not."""
    CACHE_LOOKUPS.labels(cache, "hit" if hit else "miss").inc()


def counted() -> CollectorRegistry:
    """What was counted, by all processes of this gunicorn where there are several."""
    if FOLDER not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry
